import type { KeyRequest } from "./api/create-key";
import type { VALIDITIES } from "./choices";

/** A key as it is described in the form. */
export interface WantedKey {
  label: string;
  scopes: KeyRequest["scopes"];
  liveness: NonNullable<KeyRequest["liveness"]>;
  audience: string;
  validity: (typeof VALIDITIES)[number];
}

/** Allowed nothing, and with an end: whoever wants more has to say so. */
export const NO_KEY: WantedKey = {
  label: "",
  scopes: [],
  liveness: "none",
  audience: "",
  validity: "365",
};

export function requestOf({ label, scopes, liveness, audience, validity }: WantedKey): KeyRequest {
  return {
    label: label.trim(),
    scopes,
    liveness,
    audience: audience.trim() === "" ? null : audience.trim(),
    valid_days: validity === "never" ? null : Number(validity),
  };
}
