export { acprop, type Acprop, type AcpropOptions, type AcpropState } from './acprop.js'
export {
  adabelief,
  type Adabelief,
  type AdabeliefByLeaf,
  type AdabeliefOptions,
  type AdabeliefState,
} from './adabelief.js'
export { adabound, type Adabound, type AdaboundOptions, type AdaboundState } from './adabound.js'
export { adadelta, type Adadelta, type AdadeltaOptions, type AdadeltaState } from './adadelta.js'
export { adafactor, type Adafactor, type AdafactorOptions, type AdafactorState } from './adafactor.js'
export { adagrad, type Adagrad, type AdagradOptions, type AdagradState } from './adagrad.js'
export { adam, type Adam, type AdamByLeaf, type AdamOptions, type AdamState } from './adam.js'
export { adamax, type Adamax, type AdamaxByLeaf, type AdamaxOptions, type AdamaxState } from './adamax.js'
export { adamaxw, type Adamaxw, type AdamaxwByLeaf, type AdamaxwOptions, type AdamaxwState } from './adamaxw.js'
export { adamMini, type AdamMini, type AdamMiniOptions, type AdamMiniState } from './adamMini.js'
export { adamp, type Adamp, type AdampOptions, type AdampState } from './adamp.js'
export { adamuon, type Adamuon, type AdamuonOptions, type AdamuonState } from './adamuon.js'
export { adamw, type Adamw, type AdamwByLeaf, type AdamwOptions, type AdamwState } from './adamw.js'
export { adan, type Adan, type AdanOptions, type AdanState } from './adan.js'
export { ademamix, type Ademamix, type AdemamixOptions, type AdemamixState } from './ademamix.js'
export { adopt, type Adopt, type AdoptOptions, type AdoptState } from './adopt.js'
export { amsgrad, type Amsgrad, type AmsgradByLeaf, type AmsgradOptions, type AmsgradState } from './amsgrad.js'
export { cocob, type Cocob, type CocobOptions, type CocobState } from './cocob.js'
export { dadaptAdamw, type DadaptAdamw, type DadaptAdamwOptions, type DadaptAdamwState } from './dadaptAdamw.js'
export { dion, type Dion, type DionOptions, type DionState } from './dion.js'
export { dion2, type Dion2, type Dion2Options, type Dion2State } from './dion2.js'
export { dog, type Dog, type DogOptions, type DogState } from './dog.js'
export { dowg, type Dowg, type DowgOptions, type DowgState } from './dowg.js'
export { dpsgd, type Dpsgd, type DpsgdOptions, type DpsgdState } from './dpsgd.js'
export { fromage, type Fromage, type FromageOptions, type FromageState } from './fromage.js'
export { galore, type Galore, type GaloreOptions, type GaloreState } from './galore.js'
export { kron, type Kron, type KronOptions, type KronState } from './kron.js'
export { lamb, type Lamb, type LambOptions, type LambState } from './lamb.js'
export { laprop, type Laprop, type LapropOptions, type LapropState } from './laprop.js'
export { lars, type Lars, type LarsOptions, type LarsState } from './lars.js'
export { lbfgs, type Lbfgs, type LbfgsOptions, type LbfgsState } from './lbfgs.js'
export { lion, type Lion, type LionOptions, type LionState } from './lion.js'
export { madgrad, type Madgrad, type MadgradOptions, type MadgradState } from './madgrad.js'
export { mars, type Mars, type MarsOptions, type MarsState } from './mars.js'
export { momo, type Momo, type MomoOptions, type MomoState } from './momo.js'
export { momoAdam, type MomoAdam, type MomoAdamOptions, type MomoAdamState } from './momoAdam.js'
export { muon, type Muon, type MuonOptions, type MuonState } from './muon.js'
export { nadam, type Nadam, type NadamByLeaf, type NadamOptions, type NadamState } from './nadam.js'
export { nadamw, type Nadamw, type NadamwByLeaf, type NadamwOptions, type NadamwState } from './nadamw.js'
export { noisySgd, type NoisySgd, type NoisySgdOptions, type NoisySgdState } from './noisySgd.js'
export { normuon, type Normuon, type NormuonOptions, type NormuonState } from './normuon.js'
export { novograd, type Novograd, type NovogradOptions, type NovogradState } from './novograd.js'
export {
  optimisticAdam,
  type OptimisticAdam,
  type OptimisticAdamOptions,
  type OptimisticAdamState,
} from './optimisticAdam.js'
export {
  optimisticAdamV2,
  type OptimisticAdamV2,
  type OptimisticAdamV2Options,
  type OptimisticAdamV2State,
} from './optimisticAdamV2.js'
export {
  optimisticGradientDescent,
  type OptimisticGradientDescent,
  type OptimisticGradientDescentOptions,
  type OptimisticGradientDescentState,
} from './optimisticGradientDescent.js'
export { polyakSgd, type PolyakSgd, type PolyakSgdOptions, type PolyakSgdState } from './polyakSgd.js'
export { prodigy, type Prodigy, type ProdigyOptions, type ProdigyState } from './prodigy.js'
export { radam, type Radam, type RadamOptions, type RadamState } from './radam.js'
export type { RatedOptions, WeightDecayOptions } from './ratedOptions.js'
export { rmsprop, type Rmsprop, type RmspropOptions, type RmspropState } from './rmsprop.js'
export { rprop, type Rprop, type RpropOptions, type RpropState } from './rprop.js'
export { sgd, type Sgd, type SgdOptions, type SgdState } from './sgd.js'
export { sgdp, type Sgdp, type SgdpOptions, type SgdpState } from './sgdp.js'
export { shampoo, type Shampoo, type ShampooOptions, type ShampooState } from './shampoo.js'
export { signSgd, type SignSgd, type SignSgdOptions, type SignSgdState } from './signSgd.js'
export { signum, type Signum, type SignumOptions, type SignumState } from './signum.js'
export {
  simplifiedAdemamix,
  type SimplifiedAdemamix,
  type SimplifiedAdemamixOptions,
  type SimplifiedAdemamixState,
} from './simplifiedAdemamix.js'
export { sm3, type Sm3, type Sm3Options, type Sm3State } from './sm3.js'
export { soap, type Soap, type SoapOptions, type SoapState } from './soap.js'
export { sophia, type Sophia, type SophiaOptions, type SophiaState } from './sophia.js'
export { stableAdamw, type StableAdamw, type StableAdamwOptions, type StableAdamwState } from './stableAdamw.js'
export { tiger, type Tiger, type TigerOptions, type TigerState } from './tiger.js'
export { type Yogi, yogi, type YogiByLeaf, type YogiOptions, type YogiState } from './yogi.js'
