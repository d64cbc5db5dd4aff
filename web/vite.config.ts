import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'
import { precompressed } from './precompress.ts'

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react(), precompressed()],
  // One Mantine: two copies have two contexts, and neither finds the other's theme.
  resolve: { dedupe: ['@mantine/core', '@mantine/hooks', 'react', 'react-dom'] },
  // Nothing inlined as a data: URL, so that the policy of the page can stay at 'self'.
  build: { assetsInlineLimit: 0, target: 'es2022' },
  server: { proxy: { '/v1': 'http://localhost:8080' } },
})
