import { useTranslation } from "react-i18next";

/** A reason of the wire, as `LOW_CONFIDENCE`, in a sentence; a new one as it is. */
export function Why({ reason }: { reason: string }) {
  const { t } = useTranslation("live");
  return t(`result.why.${reason}` as "result.why.MATCH", { defaultValue: reason });
}
