import type { MantineColorsTuple } from "@mantine/core";

/** Verdigris: what copper turns to in the open. */
export const verdigris: MantineColorsTuple = [
  "#e9f7f4",
  "#d3ece6",
  "#a6d9cd",
  "#75c5b3",
  "#4eb49e",
  "#35aa91",
  "#239a82",
  "#0f7a6c",
  "#0b6358",
  "#084d45",
];

/** Warm grays, in place of Mantine's blue ones. */
export const gray: MantineColorsTuple = [
  "#faf9f7",
  "#f3f1ed",
  "#e7e4de",
  "#d8d4cc",
  "#bcb7ad",
  "#8f8a80",
  "#6b665d",
  "#4e4a43",
  "#33302b",
  "#1e1c19",
];

/** Ochre: Mantine's own yellow is too pale to be read on its light shade. */
export const yellow: MantineColorsTuple = [
  "#fff6e5",
  "#fbecd0",
  "#f8d9a3",
  "#f2b45c",
  "#e9a03c",
  "#d98a1f",
  "#b87312",
  "#9c5f08",
  "#8a5300",
  "#6e4200",
];

/** Brick: Mantine's red is too light for white words. */
export const red: MantineColorsTuple = [
  "#fcefed",
  "#f9dedb",
  "#f2bdb7",
  "#ea978e",
  "#e2766b",
  "#d55548",
  "#c43d30",
  "#b3261e",
  "#911d17",
  "#701611",
];

export const dark: MantineColorsTuple = [
  "#e6e4e0",
  "#bdbab4",
  "#96938d",
  "#6b6964",
  "#474641",
  "#34332f",
  "#262522",
  "#1c1b19",
  "#141312",
  "#0d0d0c",
];
