import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { Loaded } from "@/components/Loaded";
import { type Consent, ConsentSwitches } from "@/components/person/ConsentSwitches";
import { Section } from "@/components/person/Section";
import { may } from "@/lib/session/session";
import { useSession } from "@/lib/session/store";

import { getConsents } from "../api/get-consents";
import { giveConsent } from "../api/give-consent";
import { withdrawConsent } from "../api/withdraw-consent";
import { useChange } from "../use-change";

interface Wanted {
  purpose: Consent["purpose"];
  agrees: boolean;
}

export function ConsentsSection({ userId }: { userId: string }) {
  const { t } = useTranslation("people");
  const session = useSession();
  const consents = useQuery(getConsents(userId));
  const change = useChange(
    userId,
    ({ purpose, agrees }: Wanted) =>
      agrees ? giveConsent(userId, purpose) : withdrawConsent(userId, purpose),
    ({ agrees }) => t(agrees ? "consents.given" : "consents.withdrawn"),
  );
  return (
    <Section title={t("consents.title")} purpose={t("consents.purpose")}>
      <Loaded query={consents} height={220}>
        {(known) => (
          <ConsentSwitches
            consents={known.consents}
            voice="them"
            onChange={
              may(session, "enroll")
                ? (purpose, agrees) => change.mutateAsync({ purpose, agrees })
                : undefined
            }
          />
        )}
      </Loaded>
    </Section>
  );
}
