import { Badge, Card, Group, Table, Text, Title } from "@mantine/core";
import { IconCheck, IconMinus, IconX } from "@tabler/icons-react";
import { Fragment } from "react";
import { useTranslation } from "react-i18next";

import { CopyText } from "@/components/CopyText";
import { formatBytes } from "@/lib/format";

import type { Model } from "../api/get-models";
import classes from "../Models.module.css";
import { nameSource } from "../source";

const COLUMNS = ["name", "here", "business", "license", "size", "source", "sha256"] as const;

/** Every model that mien knows, by what it does. */
export function ModelTable({ models }: { models: readonly Model[] }) {
  const { t } = useTranslation("models");
  const tasks = [...new Set(models.map((model) => model.task))];
  return (
    <section aria-labelledby="models">
      <Title order={2} fz="lg" id="models">
        {t("table.title")}
      </Title>
      <Text size="sm" c="dimmed" maw={720} mb="sm">
        {t("table.meaning")}
      </Text>
      <Card padding={0}>
        <Table.ScrollContainer
          minWidth={940}
          scrollAreaProps={{ viewportProps: { tabIndex: 0, "aria-label": t("table.title") } }}
        >
          <Table>
            <Table.Thead>
              <Table.Tr>
                {COLUMNS.map((column) => (
                  <Table.Th key={column}>{t(`table.${column}`)}</Table.Th>
                ))}
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {tasks.map((task) => (
                <Fragment key={task}>
                  <Table.Tr className={classes.task ?? ""}>
                    <Table.Td colSpan={COLUMNS.length}>
                      {t(`tasks.${task}` as "tasks.detect", { defaultValue: task })}
                    </Table.Td>
                  </Table.Tr>
                  {models
                    .filter((model) => model.task === task)
                    .map((model) => (
                      <ModelRow key={model.name} model={model} />
                    ))}
                </Fragment>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      </Card>
    </section>
  );
}

function ModelRow({ model }: { model: Model }) {
  const { t, i18n } = useTranslation("models");
  return (
    <Table.Tr>
      <Table.Td fw={550}>{model.name}</Table.Td>
      <Table.Td className={classes.cell ?? ""}>
        <Group gap={4} wrap="nowrap">
          {model.imported ? (
            <IconCheck size={16} aria-hidden />
          ) : (
            <IconMinus size={16} aria-hidden />
          )}
          {t(model.imported ? "table.ready" : "table.absent")}
        </Group>
      </Table.Td>
      <Table.Td className={classes.cell ?? ""}>
        <Group gap={4} wrap="nowrap">
          {model.commercial ? (
            <IconCheck size={16} color="var(--mien-accepted)" aria-hidden />
          ) : (
            <IconX size={16} color="var(--mien-refused)" aria-hidden />
          )}
          {t(model.commercial ? "table.allowed" : "table.researchOnly")}
        </Group>
      </Table.Td>
      <Table.Td>
        <Badge color="gray" miw="max-content">
          {model.license}
        </Badge>
      </Table.Td>
      <Table.Td className={classes.cell ?? ""} data-numbers>
        {model.bytes === null ? "–" : formatBytes(model.bytes, i18n.language)}
      </Table.Td>
      <Table.Td title={model.source}>
        <Text size="sm" maw={200} truncate>
          {nameSource(model.source)}
        </Text>
      </Table.Td>
      <Table.Td>
        {model.sha256 === null ? (
          t("table.nobodyVouches")
        ) : (
          <CopyText text={model.sha256} label={`SHA-256, ${model.name}`} shown={10} />
        )}
      </Table.Td>
    </Table.Tr>
  );
}
