import { useTranslation } from "react-i18next";

import { formatCount } from "@/lib/format";

import { oneIn } from "./evidence";

/** False match rates in words, as "1 in 2,000,000". */
export function useRates() {
  const { t, i18n } = useTranslation("live");
  return {
    inWords: (rate: number) => t("face.oneIn", { many: formatCount(oneIn(rate), i18n.language) }),
  };
}
