import { TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { useState } from "react";

const WAITS_MS = 400;

interface Props {
  label: string;
  placeholder: string;
  value: string;
  onChange: (value: string) => void;
}

/** A text that is asked for once whoever writes it pauses. */
export function TypedFilter({ label, placeholder, value, onChange }: Props) {
  const [known, setKnown] = useState(value);
  const [written, setWritten] = useState(value);
  const tell = useDebouncedCallback(onChange, WAITS_MS);
  if (value !== known) {
    // Changed from elsewhere, as by "clear all filters".
    setKnown(value);
    setWritten(value);
  }
  return (
    <TextInput
      label={label}
      placeholder={placeholder}
      value={written}
      autoComplete="off"
      onChange={(event) => {
        setWritten(event.currentTarget.value);
        tell(event.currentTarget.value);
      }}
    />
  );
}
