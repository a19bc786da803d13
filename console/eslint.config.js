import js from "@eslint/js";
import a11y from "eslint-plugin-jsx-a11y";
import hooks from "eslint-plugin-react-hooks";
import { defineConfig, globalIgnores } from "eslint/config";
import tseslint from "typescript-eslint";

export default defineConfig(globalIgnores(["node_modules", "src/api/schema.d.ts"]), js.configs.recommended, {
  files: ["**/*.{ts,tsx}"],
  extends: [
    tseslint.configs.strictTypeChecked,
    tseslint.configs.stylisticTypeChecked,
    a11y.flatConfigs.strict,
    hooks.configs.flat["recommended-latest"],
  ],
  languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
  rules: {
    // Numbers read well in text, and have one way to be written.
    "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
    // Event handlers of Cloudscape are told of promises by nobody; what fails in them is shown by the query cache.
    "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
    // No compiler rewrites components here, so nothing can be incompatible with it.
    "react-hooks/incompatible-library": "off",
    "no-restricted-imports": [
      "error",
      { paths: [{ name: "@cloudscape-design/components", message: "Import one component: …/components/button." }] },
    ],
  },
});
