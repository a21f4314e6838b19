import { Stack } from "@mantine/core";
import { useState } from "react";

import type { components } from "@/api/schema";

import { ConsentDialog } from "./ConsentDialog";
import { ConsentSwitch } from "./ConsentSwitch";
import type { Voice } from "./voice";

export type Consent = components["schemas"]["ConsentResult"];

interface Props {
  consents: readonly Consent[];
  voice: Voice;
  /** Throws when it could not be noted. Absent for those who may only look. */
  onChange?: ((purpose: Consent["purpose"], agrees: boolean) => Promise<unknown>) | undefined;
}

/** What a person can agree to and take back, with what it means; both are asked about first. */
export function ConsentSwitches({ consents, voice, onChange }: Props) {
  const [asked, setAsked] = useState<Consent | null>(null);
  return (
    <Stack gap="lg">
      {consents.map((consent) => (
        <ConsentSwitch
          key={consent.purpose}
          consent={consent}
          voice={voice}
          onToggle={onChange && (() => setAsked(consent))}
        />
      ))}
      {asked !== null && onChange && (
        <ConsentDialog
          consent={asked}
          voice={voice}
          onConfirm={() => onChange(asked.purpose, asked.given_at === null)}
          onClose={() => setAsked(null)}
        />
      )}
    </Stack>
  );
}
