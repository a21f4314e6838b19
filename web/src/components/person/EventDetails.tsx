import { Text } from "@mantine/core";
import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";

import { strangersPerMatch } from "./chance";
import { type HistoryEvent, listOf, parseActor } from "./history";
import type { Voice } from "./voice";

/** Who did it, how, and how sure it was: what the log knows besides the event itself. */
export function EventDetails({ event, voice }: { event: HistoryEvent; voice: Voice }) {
  const { t, i18n } = useTranslation("person");
  const actor = parseActor(event.actor);
  // How alike somebody else was is of use to operators only.
  const rate = voice === "them" || event.accepted === true ? event.false_match_rate : null;
  const strangers = strangersPerMatch(rate, i18n.language);
  const said = [t(`actors.${voice}.${actor.kind}`, { name: actor.name }), ...detailsOf(event, t)];
  return (
    <Text size="sm" c="dimmed" component="div" data-numbers>
      <div>{said.join(" · ")}</div>
      {strangers !== null && <div>{t("details.chance", { strangers })}</div>}
    </Text>
  );
}

type Words = TFunction<"person">;

function detailsOf({ kind, details }: HistoryEvent, t: Words): readonly string[] {
  switch (kind) {
    case "authenticate":
      return comparison(details, t);
    case "enroll":
      return [t("details.images", { count: Number(details.images) })];
    case "disown":
      return [takenBack(Number(details.adapted) + Number(details.candidates), t)];
    case "consent":
    case "withdraw":
      return [t(`purposes.${details.purpose}` as "purposes.expression")];
    case "group":
      return [String(details.attribute)];
    case "log_in":
      return [t(`ways.${details.how}` as "ways.face")];
    case "request":
    case "decide":
      return [t(`requests.${details.kind}` as "requests.erasure")];
    default:
      return [];
  }
}

function comparison(details: HistoryEvent["details"], t: Words): readonly string[] {
  const failed = listOf(details.failed_checks);
  return [
    t(`liveness.${details.liveness}` as "liveness.none"),
    ...(failed.length > 0 ? [t("details.failed", { checks: failed.join(", ") })] : []),
  ];
}

function takenBack(count: number, t: Words): string {
  return count === 0 ? t("details.nothingRemoved") : t("details.removed", { count });
}
