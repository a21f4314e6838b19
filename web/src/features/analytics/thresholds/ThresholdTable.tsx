import { ActionIcon, Group, Table, Text, Tooltip, VisuallyHidden } from "@mantine/core";
import { IconArrowBackUp, IconPencil } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";

import type { components } from "@/api/schema";
import { ScrollTable } from "@/components/ScrollTable";
import { formatCount } from "@/lib/format";

import { formatErrorRate, formatFixed, oneIn } from "../format";

type Thresholds = components["schemas"]["ThresholdsResult"];

interface Props {
  thresholds: Thresholds;
  editable: boolean;
  onEdit: (group: string) => void;
  onRemove: (group: string) => void;
}

/** What holds for everybody, and what departments have instead. */
export function ThresholdTable({ thresholds, editable, onEdit, onRemove }: Props) {
  const { t } = useTranslation("analytics");
  return (
    <ScrollTable name={t("thresholds.heading")} minWidth={560}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t("thresholds.department")}</Table.Th>
          <Table.Th ta="right">{t("thresholds.people")}</Table.Th>
          <Table.Th ta="right">{t("thresholds.target")}</Table.Th>
          <Table.Th ta="right">{t("thresholds.threshold")}</Table.Th>
          <Table.Th ta="right">{t("thresholds.fnmr")}</Table.Th>
          {editable && (
            <Table.Th>
              <VisuallyHidden>{t("thresholds.actions")}</VisuallyHidden>
            </Table.Th>
          )}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        <Table.Tr>
          <Table.Td>
            <Text fw={550} size="sm">
              {t("thresholds.everybody")}
            </Text>
            <Text size="xs" c="dimmed">
              {t("thresholds.everybodyNote")}
            </Text>
          </Table.Td>
          <Table.Td ta="right">–</Table.Td>
          <Rate of={thresholds} />
          {editable && <Table.Td />}
        </Table.Tr>
        {thresholds.groups.map((group) => (
          <Department
            key={group.group}
            department={group}
            editable={editable}
            onEdit={() => onEdit(group.group)}
            onRemove={() => onRemove(group.group)}
          />
        ))}
      </Table.Tbody>
      {thresholds.groups.length === 0 && <Table.Caption>{t("thresholds.none")}</Table.Caption>}
    </ScrollTable>
  );
}

interface DepartmentProps {
  department: Thresholds["groups"][number];
  editable: boolean;
  onEdit: () => void;
  onRemove: () => void;
}

function Department({ department, editable, onEdit, onRemove }: DepartmentProps) {
  const { t, i18n } = useTranslation("analytics");
  const { group } = department;
  return (
    <Table.Tr>
      <Table.Td fw={550}>{group}</Table.Td>
      <Table.Td ta="right">{formatCount(department.people, i18n.language)}</Table.Td>
      <Rate of={department} />
      {editable && (
        <Table.Td>
          <Group gap={4} justify="flex-end" wrap="nowrap">
            <Tooltip label={t("thresholds.edit")}>
              <ActionIcon
                variant="subtle"
                color="gray"
                aria-label={t("thresholds.editOf", { group })}
                onClick={onEdit}
              >
                <IconPencil size={16} />
              </ActionIcon>
            </Tooltip>
            <Tooltip label={t("thresholds.remove")}>
              <ActionIcon
                variant="subtle"
                color="gray"
                aria-label={t("thresholds.removeOf", { group })}
                onClick={onRemove}
              >
                <IconArrowBackUp size={16} />
              </ActionIcon>
            </Tooltip>
          </Group>
        </Table.Td>
      )}
    </Table.Tr>
  );
}

type RateProps = Pick<Thresholds, "target_fmr" | "threshold" | "expected_fnmr">;

function Rate({ of }: { of: RateProps }) {
  const { t, i18n } = useTranslation("analytics");
  return (
    <>
      <Table.Td ta="right">
        {t("thresholds.oneIn", { n: oneIn(of.target_fmr, i18n.language) })}
      </Table.Td>
      <Table.Td ta="right">{formatFixed(of.threshold, 3, i18n.language)}</Table.Td>
      <Table.Td ta="right">{formatErrorRate(of.expected_fnmr, i18n.language)}</Table.Td>
    </>
  );
}
