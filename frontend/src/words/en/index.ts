import { gathered } from '../gathered'

/** English, which also stands in where another table lacks a word. */
export default gathered(import.meta.glob('./*.ts', { eager: true, import: 'default' }))
