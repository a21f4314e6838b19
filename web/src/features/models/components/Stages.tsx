import { Text } from "@mantine/core";
import { useTranslation } from "react-i18next";

import type { Speed } from "../api/measure-speed";
import classes from "../Models.module.css";

/** Medians side by side, each as long as it takes beside the slowest. */
export function Stages({ stages }: { stages: Speed["stages"] }) {
  const { t, i18n } = useTranslation("models");
  const slowest = Math.max(...stages.map((stage) => stage.median_ms));
  const total = stages.reduce((sum, stage) => sum + stage.median_ms, 0);
  const format = new Intl.NumberFormat(i18n.language, { maximumSignificantDigits: 3 });
  const runs = Math.min(...stages.map((stage) => stage.runs));
  return (
    <>
      <ul className={classes.stages}>
        {stages.map(({ name, median_ms }) => (
          <li key={name} className={classes.stage}>
            <span className={classes.name}>{nameStage(name)}</span>
            <span className={classes.bar} aria-hidden>
              <span
                className={classes.filled}
                style={{ width: `${(100 * median_ms) / slowest}%` }}
              />
            </span>
            <span className={classes.time} data-numbers>
              {format.format(median_ms)} ms
            </span>
          </li>
        ))}
      </ul>
      <Text size="sm" c="dimmed" mt="md">
        {t("speed.sum", { ms: format.format(total), count: runs })}
      </Text>
    </>
  );

  /** The server's word for a stage, and behind it the model, if one is named. */
  function nameStage(name: string): string {
    const [stage, ...model] = name.split(" ");
    const known = t(`stages.${stage ?? ""}` as "stages.decode", { defaultValue: stage ?? "" });
    return [known, ...model].join(" ");
  }
}
