import { Menu, useMantineColorScheme } from "@mantine/core";
import { IconCheck, IconMoon, IconSun, IconSunMoon } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";

import { LANGUAGES, type Language, speak } from "@/lib/i18n/i18n";

const SCHEMES = { light: IconSun, dark: IconMoon, auto: IconSunMoon } as const;

/** Colors and language, as items of a menu. */
export function PreferenceItems() {
  const { t, i18n } = useTranslation();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <>
      <Menu.Label>{t("scheme.name")}</Menu.Label>
      {Object.entries(SCHEMES).map(([scheme, Icon]) => (
        <Menu.Item
          key={scheme}
          leftSection={<Icon size={16} />}
          rightSection={colorScheme === scheme && <IconCheck size={14} />}
          onClick={() => setColorScheme(scheme as keyof typeof SCHEMES)}
        >
          {t(`scheme.${scheme}` as "scheme.auto")}
        </Menu.Item>
      ))}
      <Menu.Label>{t("language")}</Menu.Label>
      {Object.entries(LANGUAGES).map(([tag, name]) => (
        <Menu.Item
          key={tag}
          lang={tag}
          rightSection={i18n.language === tag && <IconCheck size={14} />}
          onClick={() => void speak(tag as Language)}
        >
          {name}
        </Menu.Item>
      ))}
    </>
  );
}
