import { Button, Group, Select, TextInput } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconFilter } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";

import { may } from "@/lib/session/session";
import { useSession } from "@/lib/session/store";

import classes from "../Audit.module.css";
import { ACTIONS, type Field, countFields, withField } from "../filter";
import { TypedFilter } from "./TypedFilter";

interface Props {
  params: URLSearchParams;
  onChange: (params: URLSearchParams) => void;
}

/** What of the log is shown; kept in the page's address, so that it can be sent to somebody. */
export function AuditFilters({ params, onChange }: Props) {
  const { t } = useTranslation("audit");
  const session = useSession();
  const [isOpen, { toggle }] = useDisclosure();
  const count = countFields(params);
  const set = (field: Field) => (value: string | null) =>
    onChange(withField(params, field, value ?? ""));
  return (
    <search>
      <Button
        hiddenFrom="sm"
        variant="default"
        leftSection={<IconFilter size={16} />}
        aria-expanded={isOpen}
        onClick={toggle}
      >
        {count === 0 ? t("filters.name") : t("filters.active", { count })}
      </Button>
      <div className={classes.filters} data-closed={!isOpen || undefined}>
        <Select
          label={t("filters.action")}
          placeholder={t("filters.any")}
          data={ACTIONS.map((value) => ({ value, label: t(`actions.${value}`) }))}
          value={params.get("action")}
          onChange={set("action")}
          searchable
          clearable
        />
        <Select
          label={t("filters.outcome")}
          placeholder={t("filters.any")}
          data={(["accepted", "refused"] as const).map((value) => ({
            value,
            label: t(`filters.${value}`),
          }))}
          value={params.get("outcome")}
          onChange={set("outcome")}
          clearable
        />
        <TypedFilter
          label={t("filters.actor")}
          placeholder="operator:ada"
          value={params.get("actor") ?? ""}
          onChange={set("actor")}
        />
        {may(session, "read") && (
          <TypedFilter
            label={t("filters.person")}
            placeholder={t("filters.personExample")}
            value={params.get("person") ?? ""}
            onChange={set("person")}
          />
        )}
        {(["since", "until"] as const).map((field) => (
          <TextInput
            key={field}
            type="date"
            label={t(`filters.${field}`)}
            value={params.get(field) ?? ""}
            onChange={(event) => set(field)(event.currentTarget.value)}
          />
        ))}
      </div>
      {count > 0 && (
        <Group justify="flex-end" mt="xs">
          <Button
            variant="subtle"
            size="compact-sm"
            onClick={() => onChange(new URLSearchParams())}
          >
            {t("filters.reset")}
          </Button>
        </Group>
      )}
    </search>
  );
}
