import { useTranslation } from "react-i18next";

import type { Frame } from "@/components/charts/Plot";
import { formatShare } from "@/lib/format";

import classes from "../Analytics.module.css";

const LEAST = 0.005;
const ABOVE_THE_AXIS = 30;

/** Says how much lies beyond the right end: a calibration counts no further than its last rate. */
export function FurtherRight({ frame, share }: { frame: Frame; share: number }) {
  const { t, i18n } = useTranslation("analytics");
  if (share < LEAST) return null;
  return (
    <text
      className={classes.furtherRight}
      x={frame.width}
      y={frame.height - ABOVE_THE_AXIS}
      textAnchor="end"
    >
      {t("scores.furtherRight", { share: formatShare(share, i18n.language) })}
    </text>
  );
}
