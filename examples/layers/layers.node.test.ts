import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as tf from '@tensorflow/tfjs-core'
import { layersOptimizer } from 'polyak/layers'
import { chromium } from 'playwright'
import { expect, test } from 'vitest'
import { foundBrowser } from '../foundBrowser.js'
import { servedPages } from '../servedPages.js'
import { compiling, network, rule, ruleName, stripes } from './stripes.js'

const launch = await foundBrowser('the page of layers')

/** Two epochs in Node, saved with the optimizer as a page loads it. The number of steps. */
const savedInNode = async (folder: string): Promise<number> => {
  const optimizer = layersOptimizer(rule, { name: ruleName })
  const model = network()
  model.compile({ optimizer, ...compiling })
  const [x, y] = stripes(96, 1)
  await model.fit(x, y, { epochs: 2, batchSize: 32, verbose: 0 })
  mkdirSync(join(folder, 'saved'))
  await model.save(
    {
      save: ({ weightData, weightSpecs, ...artifacts }) => {
        const weightsManifest = [{ paths: ['weights.bin'], weights: weightSpecs }]
        writeFileSync(join(folder, 'saved', 'model.json'), JSON.stringify({ ...artifacts, weightsManifest }))
        writeFileSync(join(folder, 'saved', 'weights.bin'), new Uint8Array(tf.io.CompositeArrayBuffer.join(weightData)))
        return Promise.resolve({ modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' as const } })
      },
    },
    { includeOptimizer: true },
  )
  const { iterations } = optimizer
  tf.dispose([x, y])
  model.dispose()
  optimizer.dispose()
  return iterations
}

test.skipIf(launch === undefined)(
  'the page goes on from what Node saved, on WebGL, and shows the accuracy of both',
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'polyak-layers-'))
    const iterations = await savedInNode(folder)
    const configFile = fileURLToPath(new URL('vite.config.ts', import.meta.url))
    const pages = await servedPages(configFile, folder)
    const browser = await chromium.launch(launch)
    try {
      const page = await browser.newPage()
      page.setDefaultTimeout(55_000)
      const complaints: string[] = []
      page.on('console', (message) => {
        if (message.type() === 'error') complaints.push(message.text())
      })
      page.on('pageerror', (error) => complaints.push(error.message))
      await page.goto(`${pages.address}/`)
      await page.waitForFunction(() => document.getElementById('status')?.dataset['done'] === 'true')
      const told = await page.$eval('#status', (status) => ({ ...(status as HTMLElement).dataset }))
      expect(complaints).toEqual([])
      expect(told).toMatchObject({ backend: 'webgl', loaded: 'true', iterations: String(iterations) })
      expect(Number(told['averaged'])).toBeGreaterThan(0.7)
      expect(Number(told['raw'])).toBeGreaterThan(0.7)
      expect(await page.$$eval('#epochs tr', (rows) => rows.length)).toBe(3)
      expect(await page.textContent('#epochs tr:last-child')).toMatch(/^3\d+ %\d+ %$/)
    } finally {
      await browser.close()
      await pages.close()
    }
  },
  120_000,
)
