import { Text } from "@mantine/core";
import { useTranslation } from "react-i18next";

import classes from "./Result.module.css";
import { MARKS, placeOf, rateOfMark, superscript } from "./evidence";
import { useRates } from "./use-rates";

interface Props {
  rate: number;
  tolerated: number;
  accepted: boolean;
}

/** How rare a likeness is, on a scale of powers of ten, beside how rare it has to be. */
export function EvidenceBar({ rate, tolerated, accepted }: Props) {
  const { t } = useTranslation("live");
  const { inWords } = useRates();
  return (
    <figure className={classes.evidence}>
      <div
        className={classes.scale}
        role="img"
        aria-label={t("face.axis", { rate: inWords(rate), tolerated: inWords(tolerated) })}
      >
        <div className={classes.fill} data-accepted={accepted} style={{ width: at(rate) }} />
        <div className={classes.line} style={{ left: at(tolerated) }}>
          <Text span size="xs" className={classes.lineName}>
            {t("face.line")}
          </Text>
        </div>
      </div>
      <div className={classes.marks} aria-hidden data-numbers>
        {MARKS.map((power) => (
          <span key={power} className={classes.mark} style={{ left: at(rateOfMark(power)) }}>
            {power === 0 ? "1" : `10${superscript(-power)}`}
          </span>
        ))}
      </div>
    </figure>
  );
}

function at(rate: number): string {
  return `${100 * placeOf(rate)}%`;
}
