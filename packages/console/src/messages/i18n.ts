import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import en from './en.json';
import { isolate } from './isolate.ts';

/** Languages beside English; each is its own chunk, fetched only by who reads it. */
const OTHERS: Readonly<Record<string, () => Promise<{ default: object }>>> = {
  de: () => import('./de.json'),
};

/** Starts the catalogue in the browser's language, or the first known one after it, or English. */
export async function startMessages(languages: readonly string[] = navigator.languages): Promise<void> {
  const wanted = languages.map((language) => language.split('-')[0] ?? '');
  const language = wanted.find((code) => code === 'en' || Object.hasOwn(OTHERS, code)) ?? 'en';
  const other = OTHERS[language];
  const translation = other === undefined ? en : (await other()).default;
  await i18next.use(initReactI18next).init({
    lng: language,
    fallbackLng: 'en',
    resources: { en: { translation: en }, [language]: { translation } },
    // React escapes what could be markup; here only the direction of what is put in is taken care of.
    interpolation: { escapeValue: true, escape: (value) => isolate(String(value), i18next.dir()) },
  });
  document.documentElement.lang = language;
  document.documentElement.dir = i18next.dir(language);
}
