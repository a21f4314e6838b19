import { Button, Stack, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useTranslation } from "react-i18next";

import { ProblemAlert } from "@/components/ProblemAlert";
import { asProblem } from "@/lib/problem";

import { putGroup } from "../api/put-group";
import { useChange } from "../use-change";
import classes from "./GroupForm.module.css";

export function GroupForm({ userId }: { userId: string }) {
  const { t } = useTranslation("people");
  const form = useForm({ mode: "uncontrolled", initialValues: { attribute: "", group: "" } });
  const note = useChange(
    userId,
    ({ attribute, group }: typeof form.values) => putGroup(userId, attribute, group.trim()),
    t("groups.noted"),
  );
  return (
    <form
      onSubmit={form.onSubmit((wanted) => note.mutate(wanted, { onSuccess: () => form.reset() }))}
    >
      <Stack gap="sm" mt="md">
        <div className={classes.fields}>
          <TextInput
            label={t("groups.attribute")}
            pattern="[a-z][a-z0-9_]{0,31}"
            title={t("groups.attributeAdvice")}
            required
            autoComplete="off"
            key={form.key("attribute")}
            {...form.getInputProps("attribute")}
          />
          <TextInput
            label={t("groups.group")}
            maxLength={64}
            required
            autoComplete="off"
            key={form.key("group")}
            {...form.getInputProps("group")}
          />
          <Button type="submit" variant="light" loading={note.isPending}>
            {t("groups.add")}
          </Button>
        </div>
        {note.isError && <ProblemAlert problem={asProblem(note.error)} />}
      </Stack>
    </form>
  );
}
