/** The same words in another language: every key, each a text. */
export type Translated<T> = { [K in keyof T]: T[K] extends string ? string : Translated<T[K]> };
