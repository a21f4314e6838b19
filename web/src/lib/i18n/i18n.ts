import { createInstance } from "i18next";
import { initReactI18next } from "react-i18next";

import { en } from "@/strings/en";

export const LANGUAGES = { en: "English", de: "Deutsch" } as const;
export type Language = keyof typeof LANGUAGES;

const KEPT_AS = "mien-language";

export const i18n = createInstance();

/** Speak the language that was chosen, else the browser's, else English. */
export async function startSpeaking(): Promise<void> {
  await i18n.use(initReactI18next).init({
    lng: "en",
    fallbackLng: "en",
    resources: { en },
    defaultNS: "common",
    interpolation: { escapeValue: false }, // React escapes
  });
  await speak(preferredLanguage(), { remember: false });
}

/** Load a language and use it from now on. */
export async function speak(language: Language, { remember = true } = {}): Promise<void> {
  if (language === "de" && !i18n.hasResourceBundle("de", "common")) {
    const { de } = await import("@/strings/de");
    Object.entries(de).forEach(([name, words]) => i18n.addResourceBundle("de", name, words));
  }
  await i18n.changeLanguage(language);
  document.documentElement.lang = language;
  if (remember) localStorage.setItem(KEPT_AS, language);
}

function preferredLanguage(): Language {
  const wished = [localStorage.getItem(KEPT_AS), ...navigator.languages];
  const known = wished.map((tag) => tag?.slice(0, 2)).find((tag) => tag && tag in LANGUAGES);
  return (known as Language | undefined) ?? "en";
}
