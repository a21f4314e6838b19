import { Button, Checkbox, Group, Radio, Select, Stack, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useTranslation } from "react-i18next";

import { ProblemAlert } from "@/components/ProblemAlert";
import { asProblem } from "@/lib/problem";

import type { KeyRequest } from "../api/create-key";
import { POLICIES, SCOPES, VALIDITIES } from "../choices";
import { NO_KEY, type WantedKey, requestOf } from "../wanted-key";

interface Props {
  isBusy: boolean;
  error: Error | null;
  onSubmit: (wanted: KeyRequest) => void;
}

/** What a new key is for. */
export function KeyForm({ isBusy, error, onSubmit }: Props) {
  const { t } = useTranslation("keys");
  const form = useForm<WantedKey>({
    initialValues: NO_KEY,
    validate: {
      label: (label) => (label.trim() === "" ? t("create.labelMissing") : null),
      scopes: (scopes) => (scopes.length === 0 ? t("create.scopesMissing") : null),
    },
  });
  return (
    <form onSubmit={form.onSubmit((wanted) => onSubmit(requestOf(wanted)))}>
      <Stack gap="lg">
        <TextInput
          label={t("fields.label")}
          description={t("create.labelAdvice")}
          maxLength={64}
          withAsterisk
          data-autofocus
          {...form.getInputProps("label")}
        />
        <Checkbox.Group
          label={t("fields.scopes")}
          description={t("create.scopesAdvice")}
          withAsterisk
          {...form.getInputProps("scopes")}
        >
          <Stack gap="xs" mt="sm">
            {SCOPES.map((scope) => (
              <Checkbox
                key={scope}
                value={scope}
                label={scope}
                description={t(`scopes.${scope}`)}
              />
            ))}
          </Stack>
        </Checkbox.Group>
        <Radio.Group
          label={t("fields.liveness")}
          description={t("create.livenessAdvice")}
          {...form.getInputProps("liveness")}
        >
          <Stack gap="xs" mt="sm">
            {POLICIES.map((policy) => (
              <Radio
                key={policy}
                value={policy}
                label={t(`policies.${policy}.name`)}
                description={t(`policies.${policy}.advice`)}
              />
            ))}
          </Stack>
        </Radio.Group>
        <TextInput
          label={t("fields.audience")}
          description={t("create.audienceAdvice")}
          placeholder="https://door.example.org"
          maxLength={256}
          {...form.getInputProps("audience")}
        />
        <Select
          label={t("create.validity")}
          data={VALIDITIES.map((value) => ({ value, label: t(`validities.${value}`) }))}
          allowDeselect={false}
          {...form.getInputProps("validity")}
        />
        {error && <ProblemAlert problem={asProblem(error)} />}
        <Group justify="flex-end">
          <Button type="submit" loading={isBusy}>
            {t("create.submit")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
