import { expect, test } from 'vitest'
import type { Step } from '../api/types'
import { details } from './steps'

const step = (parameters: Record<string, string>): Step => ({
  kind: 'segmentation',
  software: 'kraken',
  version: '7.1',
  creator: '',
  date: '',
  model: 'blla',
  model_sha256: '',
  description: '',
  parameters,
})

test('a step says who ran its network and how exactly, and only what is unusual of the rest', () => {
  const usual = { inference: 'onnxruntime 1.32', precision: 'fp32', pad: '16' }
  expect(details(step({ ...usual, postprocessing: 'fast', device: 'cpu' }))).toEqual([
    { key: 'inference', name: 'onnxruntime 1.32' },
    { key: 'precision', name: 'fp32' },
  ])
  const other = { ...usual, inference: 'kraken (it has a layer “W”)', device: 'cuda:0' }
  expect(details(step(other)).map(({ name }) => name)).toEqual([
    'kraken (it has a layer “W”)',
    'fp32',
    'cuda:0',
  ])
})

test('of a step of which nothing is known nothing is said', () => {
  expect(details(step({}))).toEqual([])
})
