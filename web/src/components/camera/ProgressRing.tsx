import { useTranslation } from "react-i18next";

import classes from "./CameraView.module.css";

const RADIUS = 24;
const AROUND = 2 * Math.PI * RADIUS;

interface Props {
  done: number;
  total: number;
  /** Seconds that are left, shown in the middle. */
  leftS: number;
}

/** One arc for each thing to do, full when it is done, around the time that is left. */
export function ProgressRing({ done, total, leftS }: Props) {
  const { t } = useTranslation("live");
  const arc = AROUND / Math.max(total, 1);
  return (
    <svg
      className={classes.ring}
      viewBox="-30 -30 60 60"
      width={60}
      height={60}
      role="img"
      aria-label={`${t("session.progress", { done, total })}, ${t("session.left", { count: leftS })}`}
    >
      {Array.from({ length: total }, (_, index) => (
        <circle
          key={index}
          r={RADIUS}
          fill="none"
          stroke={index < done ? "#6fe0c6" : "rgb(255 255 255 / 30%)"}
          strokeWidth={4}
          strokeDasharray={`${arc - 4} ${AROUND}`}
          transform={`rotate(${-90 + (360 / total) * index})`}
        />
      ))}
      <text textAnchor="middle" dominantBaseline="central" fill="#fff" fontSize={17}>
        {leftS}
      </text>
    </svg>
  );
}
