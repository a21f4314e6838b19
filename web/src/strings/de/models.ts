import type { models as english } from "../en/models";
import type { Translated } from "../translated";

export const models: Translated<typeof english> = {
  title: "Modelle",
  purpose: "Was hier Gesichter erkennt: wie gut, wie schnell, und wer es nutzen darf.",
  pack: {
    label: "Das Paket, das läuft",
    contract: "Vertrag",
    contractMeaning: "Vorlagen werden nur mit solchen desselben Vertrags verglichen.",
    calibration: "Kalibriert an",
  },
  rates: {
    title: "Zu erwartende Fehler",
    meaning:
      "Während {{rate}} anderer Menschen durchkämen, werden so viele Versuche der Richtigen " +
      "abgewiesen. Am meisten helfen mehr Bilder bei der Erfassung.",
    samples_one: "Mit {{count}} Bild erfasst",
    samples_other: "Mit {{count}} Bildern erfasst",
    refused: "der Richtigen abgewiesen",
  },
  speed: {
    title: "Tempo auf dieser Maschine",
    advice:
      "Misst jeden Schritt eines Fotos. Etwa zwei Sekunden lang tut ein Arbeiter nichts anderes.",
    action: "Messen",
    again: "Noch einmal messen",
    machine_one: "{{machine}}; ein Schritt darf {{count}} Thread nutzen.",
    machine_other: "{{machine}}; ein Schritt darf {{count}} Threads nutzen.",
    sum_one:
      "Zusammen {{ms}} ms für ein Foto von 1280 × 960 mit einem Gesicht; Mediane aus {{count}} Lauf.",
    sum_other:
      "Zusammen {{ms}} ms für ein Foto von 1280 × 960 mit einem Gesicht; Mediane aus {{count}} Läufen.",
  },
  stages: {
    decode: "Foto dekodieren",
    detect: "Gesicht finden",
    landmarks: "Merkpunkte finden",
    embed: "Beschreiben:",
  },
  tasks: {
    detect: "Findet Gesichter",
    landmarks: "Findet Augen, Nase und Mund",
    embed: "Beschreibt ein Gesicht als Vorlage",
    attacks: "Unterscheidet Bilder von Gesichtern und Gesichter",
    depth: "Schätzt die Tiefe",
    express: "Liest den Gesichtsausdruck",
  },
  table: {
    title: "Alle Modelle",
    meaning:
      "Was nicht hier ist, lässt sich am Server holen, mit „mien models pull“. Was nur für die " +
      "Forschung ist, darf ein Unternehmen nicht nutzen.",
    name: "Modell",
    license: "Lizenz",
    business: "Im Unternehmen",
    source: "Herkunft",
    sha256: "SHA-256",
    size: "Größe",
    here: "Auf diesem Server",
    allowed: "Erlaubt",
    researchOnly: "Nur Forschung",
    nobodyVouches: "Niemand bürgt",
    ready: "Bereit",
    absent: "Nicht hier",
  },
};
