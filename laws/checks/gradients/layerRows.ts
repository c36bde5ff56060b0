import * as tf from '@tensorflow/tfjs-core'
import * as tfl from '@tensorflow/tfjs-layers'
import { between, type LayerCase, masked, merged, one, repeating, tensor, withLoss, words } from './layerCases.js'

const { layers } = tfl

/** Layers that fare alike. */
export interface LayerRow {
  readonly cases: readonly LayerCase[]
  /** Where they cannot be trained: what tfjs says of it, and why in plain words. */
  readonly cannot?: { readonly error: RegExp; readonly why: string }
}

const distribution = (): tf.Tensor => tf.tensor2d([0.25, 0.75, 0.5, 0.5, 1, 0], [3, 2])
const signs = (): tf.Tensor => tf.tensor2d([1, -1, -1, 1, 1, 1], [3, 2])

const activations = [
  'elu',
  'gelu',
  'gelu_new',
  'hardSigmoid',
  'linear',
  'mish',
  'relu',
  'relu6',
  'selu',
  'sigmoid',
  'softmax',
  'softplus',
  'softsign',
  'swish',
  'tanh',
] as const

/** Every layer of tfjs-layers 4.22 that is trained or lies on the way of a gradient. */
export const layerRows: readonly LayerRow[] = [
  {
    cases: [
      one('dense', 'vector', () => layers.dense({ units: 4 })),
      one('dense of a sequence', 'sequence', () => layers.dense({ units: 4 })),
      one('dense with regularizer', 'vector', () =>
        layers.dense({ units: 4, kernelRegularizer: tfl.regularizers.l1l2({ l1: 0.01, l2: 0.02 }) }),
      ),
      one('dense with maxNorm', 'vector', () =>
        layers.dense({ units: 4, kernelConstraint: tfl.constraints.maxNorm({ maxValue: 0.5 }) }),
      ),
    ],
  },
  { cases: activations.map((activation) => one(activation, 'vector', () => layers.activation({ activation }))) },
  {
    cases: [
      one('prelu', 'vector', () => layers.prelu()),
      one('leakyReLU', 'vector', () => layers.leakyReLU()),
      one('elu', 'vector', () => layers.elu()),
      one('reLU', 'vector', () => layers.reLU()),
      one('softmax', 'vector', () => layers.softmax()),
    ],
  },
  {
    cases: [
      one('dropout', 'vector', () => layers.dropout({ rate: 0.3, seed: 7 })),
      one('spatialDropout1d', 'sequence', () => layers.spatialDropout1d({ rate: 0.3, seed: 7 })),
      one('gaussianNoise', 'vector', () => layers.gaussianNoise({ stddev: 0.1 })),
      one('gaussianDropout', 'vector', () => layers.gaussianDropout({ rate: 0.3 })),
      one('alphaDropout', 'vector', () => layers.alphaDropout({ rate: 0.3 })),
    ],
  },
  {
    cases: [
      merged('add', () => layers.add()),
      merged('average', () => layers.average()),
      merged('concatenate', () => layers.concatenate()),
      merged('maximum', () => layers.maximum()),
      merged('minimum', () => layers.minimum()),
      merged('multiply', () => layers.multiply()),
      merged('dot', () => layers.dot({ axes: 1 })),
      merged('dot of sequences', () => layers.dot({ axes: 2 }), 'sequence'),
    ],
  },
  {
    cases: [
      one('batchNormalization', 'vector', () => layers.batchNormalization()),
      one('batchNormalization of images', 'image', () => layers.batchNormalization()),
      one('layerNormalization', 'sequence', () => layers.layerNormalization()),
    ],
  },
  {
    cases: [
      one('simpleRNN', 'sequence', () => layers.simpleRNN({ units: 3 })),
      one('lstm', 'sequence', () => layers.lstm({ units: 3 })),
      one('gru', 'sequence', () => layers.gru({ units: 3 })),
      one('gru with returnSequences', 'sequence', () => layers.gru({ units: 3, returnSequences: true })),
      one('rnn with stackedRNNCells', 'sequence', () =>
        layers.rnn({
          cell: layers.stackedRNNCells({ cells: [layers.gruCell({ units: 2 }), layers.lstmCell({ units: 3 })] }),
        }),
      ),
      one('bidirectional', 'sequence', () =>
        layers.bidirectional({ layer: layers.lstm({ units: 2 }), mergeMode: 'concat' }),
      ),
      masked(),
      one('timeDistributed', 'sequence', () => layers.timeDistributed({ layer: layers.dense({ units: 2 }) })),
    ],
  },
  {
    cases: [
      one('averagePooling1d', 'sequence', () => layers.averagePooling1d({ poolSize: 2 })),
      one('averagePooling2d', 'image', () => layers.averagePooling2d({ poolSize: 2 })),
      one('averagePooling3d', 'volume', () => layers.averagePooling3d({ poolSize: [2, 2, 2], strides: [2, 2, 2] })),
      one('globalAveragePooling1d', 'sequence', () => layers.globalAveragePooling1d()),
      one('globalAveragePooling2d', 'image', () => layers.globalAveragePooling2d({})),
      one('globalMaxPooling1d', 'sequence', () => layers.globalMaxPooling1d()),
      one('globalMaxPooling2d', 'image', () => layers.globalMaxPooling2d({})),
    ],
  },
  {
    cases: [
      one('flatten', 'sequence', () => layers.flatten()),
      one('permute', 'sequence', () => layers.permute({ dims: [2, 1] })),
      one('reshape', 'sequence', () => layers.reshape({ targetShape: [6, 2] })),
      one('repeatVector', 'vector', () => layers.repeatVector({ n: 3 })),
      one('zeroPadding2d', 'image', () =>
        layers.zeroPadding2d({
          padding: [
            [1, 0],
            [2, 1],
          ],
        }),
      ),
      one('cropping2D', 'image', () =>
        layers.cropping2D({
          cropping: [
            [1, 0],
            [2, 1],
          ],
        }),
      ),
      one('rescaling', 'vector', () => layers.rescaling({ scale: 0.5, offset: 1 })),
    ],
  },
  {
    cases: [
      withLoss('meanSquaredError', () => tensor([2], 2), 'linear'),
      withLoss('meanAbsoluteError', () => tensor([2], 2), 'linear'),
      withLoss('meanAbsolutePercentageError', signs, 'linear'),
      withLoss('meanSquaredLogarithmicError', distribution, 'sigmoid'),
      withLoss('hinge', signs, 'linear'),
      withLoss('squaredHinge', signs, 'linear'),
      withLoss('categoricalHinge', () => tf.tensor2d([0, 1, 1, 0, 0, 1], [3, 2]), 'linear'),
      withLoss('logcosh', () => tensor([2], 2), 'linear'),
      withLoss('categoricalCrossentropy', distribution, 'softmax'),
      withLoss('sparseCategoricalCrossentropy', () => tf.tensor2d([0, 1, 1], [3, 1]), 'softmax'),
      withLoss('binaryCrossentropy', distribution, 'sigmoid'),
      withLoss('kullbackLeiblerDivergence', distribution, 'softmax'),
      withLoss('poisson', distribution, 'sigmoid'),
      withLoss('cosineProximity', () => tensor([2], 2), 'linear'),
    ],
  },
  {
    cases: [
      one('conv1d', 'sequence', () => layers.conv1d({ filters: 2, kernelSize: 3 })),
      one('conv1d with strides', 'sequence', () =>
        layers.conv1d({ filters: 2, kernelSize: 2, strides: 2, padding: 'same' }),
      ),
      one('conv2d', 'image', () => layers.conv2d({ filters: 2, kernelSize: 3 })),
      one('conv2d with strides', 'image', () =>
        layers.conv2d({ filters: 2, kernelSize: 3, strides: 2, padding: 'same' }),
      ),
      one('conv2d with channelsFirst', 'image', () =>
        layers.conv2d({ filters: 2, kernelSize: 2, dataFormat: 'channelsFirst' }),
      ),
      one('conv2d 1×1', 'image', () => layers.conv2d({ filters: 2, kernelSize: 1 })),
      one('conv2dTranspose', 'image', () => layers.conv2dTranspose({ filters: 2, kernelSize: 3, strides: 2 })),
      one('separableConv2d', 'image', () =>
        layers.separableConv2d({ filters: 2, kernelSize: 3, depthMultiplier: 2, padding: 'same' }),
      ),
      one('depthwiseConv2d', 'image', () => layers.depthwiseConv2d({ kernelSize: 3, depthMultiplier: 2 })),
      one('convLstm2d', 'film', () => layers.convLstm2d({ filters: 2, kernelSize: 2 })),
    ],
  },
  { cases: [words('embedding', false), words('embedding with maskZero', true)] },
  {
    cases: [
      one('maxPooling1d after tanh', 'sequence', () => layers.maxPooling1d({ poolSize: 2 })),
      one('maxPooling2d after tanh', 'image', () => layers.maxPooling2d({ poolSize: 2 })),
      one('maxPooling2d with overlap after tanh', 'image', () => layers.maxPooling2d({ poolSize: 3, strides: 1 })),
    ],
  },
  {
    cases: [
      one('conv3d', 'volume', () => layers.conv3d({ filters: 2, kernelSize: 2 })),
      one('conv3d with strides', 'volume', () => layers.conv3d({ filters: 2, kernelSize: 2, strides: 2 })),
      one('maxPooling3d after tanh', 'volume', () => layers.maxPooling3d({ poolSize: [2, 2, 2], strides: [2, 2, 2] })),
    ],
  },
  {
    cases: [
      between(
        'upSampling2d',
        'image',
        () => [layers.upSampling2d({ size: [2, 2] })],
        () => [repeating()],
      ),
    ],
  },
  {
    cases: [
      between(
        'upSampling2d after conv2d',
        'image',
        () => [layers.conv2d({ filters: 3, kernelSize: 3 }), layers.upSampling2d({ size: [2, 2] })],
        () => [layers.conv2d({ filters: 3, kernelSize: 3 }), repeating()],
      ),
      between(
        'depthwiseConv2d with dilationRate, which tfjs-layers ignores',
        'image',
        () => [layers.depthwiseConv2d({ kernelSize: 2, dilationRate: 2 })],
        () => [layers.depthwiseConv2d({ kernelSize: 2 })],
      ),
    ],
  },
  {
    cases: [
      one('conv1d with dilationRate', 'sequence', () => layers.conv1d({ filters: 2, kernelSize: 2, dilationRate: 2 })),
      one('conv2d with dilationRate', 'image', () => layers.conv2d({ filters: 2, kernelSize: 2, dilationRate: 2 })),
    ],
    cannot: { error: /dilation/, why: 'tfjs has no gradient of a dilated convolution' },
  },
  {
    cases: [one('causal conv1d', 'sequence', () => layers.conv1d({ filters: 2, kernelSize: 2, padding: 'causal' }))],
    cannot: { error: /CAUSAL/, why: 'tfjs-layers has no causal padding' },
  },
  {
    cases: [
      between('masking after a trained layer', 'sequence', () => [layers.masking(), layers.simpleRNN({ units: 3 })]),
    ],
    cannot: { error: /gradient function not found for Any/, why: 'tfjs has no gradient of `any`; mask the inputs' },
  },
  {
    cases: [one('conv3dTranspose', 'volume', () => layers.conv3dTranspose({ filters: 2, kernelSize: 2 }))],
    cannot: { error: /Conv3DBackpropInputV2/, why: 'tfjs has no gradient of a transposed convolution of volumes' },
  },
  {
    cases: [one('thresholdedReLU', 'vector', () => layers.thresholdedReLU({ theta: 0.1 }))],
    cannot: {
      error: /gradient function not found for Greater/,
      why: 'tfjs-layers makes it of a comparison, which has no gradient',
    },
  },
]
