/** To whom a person is spoken of: to operators as "them", to the person as "you". */
export type Voice = "them" | "you";
