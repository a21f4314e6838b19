import { PasswordInput, Stack } from "@mantine/core";
import { IconCheck, IconCircle } from "@tabler/icons-react";
import { useId } from "react";
import { useTranslation } from "react-i18next";

import classes from "../Operators.module.css";
import { MIN_CHARACTERS, rulesFor } from "../password";

interface Props {
  value: string;
  onChange: (password: string) => void;
  /** Whose it is: it must not be made of their name. */
  name: string;
}

/** A password, and below it which of the server's rules it keeps so far. */
export function NewPassword({ value, onChange, name }: Props) {
  const { t } = useTranslation("operators");
  const rules = useId();
  return (
    <Stack gap="xs">
      <PasswordInput
        label={t("fields.password")}
        description={t("password.advice")}
        autoComplete="new-password"
        withAsterisk
        value={value}
        onChange={(event) => onChange(event.currentTarget.value)}
        aria-describedby={rules}
      />
      <ul id={rules} className={classes.rules}>
        {rulesFor(value, name)
          .filter((rule) => rule.name !== "shortEnough" || !rule.holds)
          .map((rule) => {
            const holds = value !== "" && rule.holds;
            const Icon = holds ? IconCheck : IconCircle;
            return (
              <li key={rule.name} className={classes.rule} data-holds={holds || undefined}>
                <Icon size={14} aria-label={t(holds ? "password.kept" : "password.open")} />
                {t(`password.rules.${rule.name}`, { count: MIN_CHARACTERS })}
              </li>
            );
          })}
      </ul>
    </Stack>
  );
}
