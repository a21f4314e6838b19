import { Group, Text } from "@mantine/core";

export function Brand() {
  return (
    <Group gap={10}>
      <Mark />
      <Text fw={650} fz="lg" lts={-0.4}>
        mien
      </Text>
    </Group>
  );
}

/** As in `public/assets/mien.svg`, in the color of the scheme. */
function Mark() {
  return (
    <svg
      width={26}
      height={26}
      viewBox="0 0 32 32"
      fill="none"
      stroke="var(--mantine-primary-color-light-color)"
      strokeWidth={2.6}
      strokeLinecap="round"
      aria-hidden
    >
      <path d="M4 10V7a3 3 0 0 1 3-3h3M22 4h3a3 3 0 0 1 3 3v3M28 22v3a3 3 0 0 1-3 3h-3M10 28H7a3 3 0 0 1-3-3v-3" />
      <path d="M11.5 12.5v2M20.5 12.5v2M11 20c2.8 2.7 7.2 2.7 10 0" />
    </svg>
  );
}
