import boundaries from "eslint-plugin-boundaries";
import reactHooks from "eslint-plugin-react-hooks";
import tseslint from "typescript-eslint";

/** Who may import whom; a feature never imports another. */
const ROOMS = [
  allow({ type: "app" }, rooms("app", "features", "components", "lib", "strings")),
  allow({ type: "features" }, [
    ...rooms("components", "lib", "api"),
    { element: { type: "features", captured: { name: "{{from.element.captured.name}}" } } },
  ]),
  allow({ type: "components" }, rooms("components", "lib", "api")),
  allow({ type: "lib" }, rooms("lib", "api", "strings")),
  allow({ type: "strings" }, rooms("strings")),
];

function rooms(...types) {
  return types.map((type) => ({ element: { type } }));
}

function allow(from, to) {
  return { from: { element: from }, allow: to.map((room) => ({ to: room })) };
}

export default tseslint.config(
  {
    ignores: [
      "node_modules",
      "public",
      "**/*.cjs",
      "src/api/schema.d.ts",
      "test-results",
      "playwright-report",
    ],
  },
  ...tseslint.configs.strictTypeChecked,
  ...tseslint.configs.stylisticTypeChecked,
  {
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
  },
  {
    files: ["src/**/*.{ts,tsx}"],
    plugins: { boundaries, "react-hooks": reactHooks },
    settings: {
      "import/resolver": { [`${import.meta.dirname}/scripts/resolve-import.cjs`]: {} },
      "boundaries/elements": [
        { type: "app", pattern: "src/app" },
        { type: "features", pattern: "src/features/*", capture: ["name"] },
        { type: "components", pattern: "src/components" },
        { type: "lib", pattern: "src/lib" },
        { type: "strings", pattern: "src/strings" },
        { type: "api", pattern: "src/api" },
      ],
    },
    rules: {
      ...reactHooks.configs.recommended.rules,
      "boundaries/dependencies": ["error", { default: "disallow", policies: ROOMS }],
      "max-lines": ["error", { max: 200 }],
      "no-restricted-syntax": [
        "error",
        {
          selector: "JSXAttribute[name.name='dangerouslySetInnerHTML']",
          message: "Text is shown as text.",
        },
      ],
    },
  },
  {
    rules: {
      "@typescript-eslint/consistent-type-definitions": ["error", "interface"],
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      // A number in a text is what it looks like.
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
    },
  },
  { files: ["**/*.mjs"], extends: [tseslint.configs.disableTypeChecked] },
  { files: ["src/strings/**"], rules: { "max-lines": "off" } }, // words, not logic
);
