import {
  type BadgeProps,
  type ButtonProps,
  type CSSVariablesResolver,
  type CardProps,
  type MantineThemeOverride,
  type MenuProps,
  type ModalProps,
  type NotificationProps,
  type PasswordInputProps,
  type TableProps,
  createTheme,
  mergeThemeOverrides,
} from "@mantine/core";

import { dark, gray, red, verdigris, yellow } from "./colors";

const unnamed = createTheme({
  primaryColor: "verdigris",
  primaryShade: 7, // dark enough for white words, in both schemes
  colors: { verdigris, gray, yellow, red, dark },
  black: "#1e1c19",
  fontFamily: "'Geist Variable', system-ui, sans-serif",
  fontFamilyMonospace: "'Geist Mono Variable', ui-monospace, monospace",
  defaultRadius: "md",
  cursorType: "pointer",
  respectReducedMotion: true,
  headings: { fontWeight: "620", sizes: { h1: { fontSize: "1.75rem", lineHeight: "1.2" } } },
  // By name: `Modal.extend` would bring the code of dialogs and menus to the sign-in page.
  components: {
    Button: defaults<ButtonProps>({ fw: 550 }),
    Card: defaults<CardProps>({ withBorder: true, radius: "lg", padding: "lg" }),
    Badge: defaults<BadgeProps>({ variant: "light", radius: "sm", tt: "none", fw: 550 }),
    // Its placeholder for the focus is no item, which readers of screens stumble over.
    Menu: defaults<MenuProps>({ withInitialFocusPlaceholder: false }),
    Table: defaults<TableProps>({ verticalSpacing: "sm", highlightOnHover: true }),
  },
});

/** The theme, with the names of buttons that show only a cross, or an eye. */
export function themeIn(close: string, showPassword: string): MantineThemeOverride {
  const closeButtonProps = { "aria-label": close };
  const visibilityToggleButtonProps = { "aria-label": showPassword };
  return mergeThemeOverrides(unnamed, {
    components: {
      Modal: defaults<ModalProps>({ centered: true, radius: "lg", closeButtonProps }),
      Notification: defaults<NotificationProps>({ closeButtonProps }),
      PasswordInput: defaults<PasswordInputProps>({ visibilityToggleButtonProps }),
    },
  });
}

function defaults<Props>(defaultProps: Partial<Props>) {
  return { defaultProps };
}

/** What both schemes name alike and color each in its own way; `global.css` uses them. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    "--mantine-color-body": "#faf9f7",
    "--mantine-color-default-border": "#e0dcd4",
    "--mien-surface": "#ffffff",
    "--mien-accepted": "#0b6358",
    "--mien-refused": "#b3261e",
    "--mien-waiting": "#8a5300",
    "--mantine-color-dimmed": "#6b665d",
  },
  dark: {
    "--mantine-color-body": "#141312",
    "--mantine-color-default-border": "#34332f",
    "--mantine-color-verdigris-light": "#16352e",
    "--mantine-color-verdigris-light-hover": "#1b4238",
    "--mantine-color-verdigris-light-color": "#a6d9cd",
    "--mantine-color-red-light": "#331b18",
    "--mantine-color-red-light-color": "#f2bdb7",
    "--mien-surface": "#1c1b19",
    "--mien-accepted": "#5cc8b1",
    "--mien-refused": "#ff9a8f",
    "--mien-waiting": "#f2b45c",
    "--mantine-color-dimmed": "#a29f98",
  },
});
