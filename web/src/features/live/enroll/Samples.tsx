import { Group, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";

import { Outcome } from "@/components/Outcome";
import { formatShare } from "@/lib/format";

import classes from "./Enroll.module.css";

export interface Sample {
  readonly accepted: boolean;
  readonly quality_score: number | null;
  /** A stable word of the wire, as `TOO_DARK`. */
  readonly reason: string | null;
  readonly message: string | null;
}

/** What became of each picture, in their order. */
export function Samples({ samples }: { samples: readonly Sample[] }) {
  const { t, i18n } = useTranslation("live");
  return (
    <ol className={classes.samples}>
      {samples.map(({ accepted, quality_score, reason, message }, index) => (
        <li key={index} className={classes.sample}>
          <span>
            {t("enroll.sample", { number: index + 1 })}
            {message !== null && (
              <Text size="sm" c="dimmed">
                {message}
              </Text>
            )}
          </span>
          <Group gap="sm" data-numbers>
            {quality_score !== null && formatShare(quality_score, i18n.language, 0)}
            <Outcome accepted={accepted} reason={reason} />
          </Group>
        </li>
      ))}
    </ol>
  );
}
