import { changed, gathered } from '../gathered'

/** French sets these off by a narrow space at which no line breaks; the files have a plain one. */
const spaced = (text: string) =>
  text.replace(/ ([:;?!»])/g, '\u202f$1').replace(/« /g, '«\u202f')

/** French. */
export default changed(
  gathered(import.meta.glob('./*.ts', { eager: true, import: 'default' })),
  spaced,
)
