import { Stack, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";

import classes from "../SignInPage.module.css";

/** What a person whose face is used may want to know before anything else. */
export function Facts() {
  const { t } = useTranslation("signIn");
  return (
    <aside className={classes.facts}>
      <Contours />
      <Stack gap="xs" pos="relative">
        <Title order={2} fz={34}>
          {t("fact.heading")}
        </Title>
        <ul className={classes.list}>
          <li>{t("fact.encrypted")}</li>
          <li>{t("fact.live")}</li>
          <li>{t("fact.audited")}</li>
        </ul>
      </Stack>
    </aside>
  );
}

const RINGS = Array.from({ length: 22 }, (_, ring) => ring);

/** Lines of equal depth around a face that nobody has. */
function Contours() {
  return (
    <svg
      className={classes.drawing}
      viewBox="0 0 600 600"
      preserveAspectRatio="xMidYMid slice"
      aria-hidden
    >
      <g fill="none" stroke="currentColor" strokeWidth="1">
        {RINGS.map((ring) => (
          <ellipse
            key={ring}
            cx={330 + ring * 2.2}
            cy={236 + ring * 1.4}
            rx={16 + ring * 15}
            ry={22 + ring * 19.5}
            opacity={1 - ring / RINGS.length}
            transform={`rotate(${-14 + ring * 0.7} 330 250)`}
          />
        ))}
      </g>
    </svg>
  );
}
