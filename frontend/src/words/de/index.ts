import { gathered } from '../gathered'

/** German. */
export default gathered(import.meta.glob('./*.ts', { eager: true, import: 'default' }))
