import { ActionIcon, Code, CopyButton, Group, Tooltip } from "@mantine/core";
import { IconCheck, IconCopy } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";

interface Props {
  text: string;
  /** What it is, for who cannot see it: "digest". */
  label: string;
  /** Show only so many characters; all of them are copied. */
  shown?: number;
}

/** A digest, an id or a key: as it is, to take along. */
export function CopyText({ text, label, shown }: Props) {
  const { t } = useTranslation();
  const isCut = shown !== undefined && shown < text.length;
  return (
    <Group gap={4} wrap="nowrap" miw={0}>
      <Code
        title={isCut ? text : undefined}
        style={isCut ? { whiteSpace: "nowrap" } : { overflowWrap: "anywhere" }}
      >
        {isCut ? `${text.slice(0, shown)}…` : text}
      </Code>
      <CopyButton value={text}>
        {({ copied, copy }) => (
          <Tooltip label={t(copied ? "copied" : "copy")} withArrow>
            <ActionIcon
              variant="subtle"
              color={copied ? "verdigris" : "gray"}
              size="sm"
              onClick={copy}
              aria-label={`${t(copied ? "copied" : "copy")}: ${label}`}
            >
              {copied ? <IconCheck size={14} /> : <IconCopy size={14} />}
            </ActionIcon>
          </Tooltip>
        )}
      </CopyButton>
    </Group>
  );
}
