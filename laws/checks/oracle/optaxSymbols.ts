/** A public symbol of optax with what stands for it here: an export, or the reason why there is none. */
export interface OptaxSymbol {
  readonly section: string
  readonly symbol: string
  readonly ours: string | null
  readonly note: string
}

const camel = (name: string): string => name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())
const same = (section: string, names: string): readonly OptaxSymbol[] =>
  names
    .trim()
    .split(/\s+/)
    .map((symbol) => ({ section, symbol, ours: camel(symbol), note: '' }))
const as = (section: string, symbol: string, ours: string, note: string): OptaxSymbol => ({
  section,
  symbol,
  ours,
  note,
})
const not = (section: string, names: string, note: string): readonly OptaxSymbol[] =>
  names
    .trim()
    .split(/\s+/)
    .map((symbol) => ({ section, symbol, ours: null, note }))

const base = 'Base types and constructors'
const optimizers = 'Optimizers'
const transforms = 'Gradient transformations'
const combining = 'Combining'
const applying = 'Applying updates'
const wrappers = 'Wrappers, conditioning, monitoring'
const schedules = 'Schedules'
const trees = 'Tree utilities'
const searches = 'L-BFGS and line searches'
const contrib = 'Contrib'
const losses = 'Losses'
const projections = 'Projections'
const perturbations = 'Perturbations'
const numerics = 'Numerics, assignment, second order'
const microbatching = 'Microbatching'
const aggregating = 'Experimental: aggregating'
const states = 'States'

const written: readonly OptaxSymbol[] = [
  as(base, 'GradientTransformation', 'Transformation', ''),
  as(
    base,
    'GradientTransformationExtraArgs',
    'Transformation',
    'its second type parameter says which extras are needed',
  ),
  ...not(base, 'with_extra_args_support', 'every transformation takes extras and ignores those that it does not name'),
  as(base, 'EmptyState', 'EmptyState', ''),
  ...not(base, 'init_empty_state', 'a transformation without state declares none'),
  ...same(base, 'identity set_to_zero stateless stateless_with_tree_map'),
  as(base, 'TransformInitFn', 'Transformation', 'its `init`'),
  as(base, 'TransformUpdateFn', 'Transformation', 'its `update`'),
  as(base, 'TransformUpdateExtraArgsFn', 'Transformation', 'its `update`'),
  as(base, 'Params', 'Tree', ''),
  as(base, 'Updates', 'Tree', ''),
  as(base, 'ArrayTree', 'Tree', ''),
  as(base, 'OptState', 'StateOf', 'each state has its own type'),
  as(base, 'Schedule', 'Schedule', ''),
  as(base, 'ScalarOrSchedule', 'Schedule', 'a number or one'),
  ...not(
    base,
    'StatefulSchedule WrappedSchedule',
    'schedules are functions of the count; what needs a state is a transformation',
  ),
  as(base, 'MaskOrFn', 'MaskLike', ''),
  as(base, 'MaskedNode', 'Hidden', 'the leaves that a mask leaves out are null in the inner state'),
  as(base, 'MaskedState', 'Masked', ''),

  ...same(
    optimizers,
    `sgd adam nadam adamw nadamw adamax adamaxw amsgrad adabelief adadelta adafactor adagrad adan fromage lamb lars lbfgs lion noisy_sgd
    novograd optimistic_gradient_descent optimistic_adam optimistic_adam_v2 polyak_sgd radam rmsprop rprop sign_sgd signum sm3 yogi`,
  ),

  ...same(
    transforms,
    `scale scale_by_learning_rate scale_by_schedule scale_by_sign scale_by_adam scale_by_amsgrad scale_by_adamax scale_by_belief scale_by_yogi
    scale_by_radam scale_by_adan scale_by_lion scale_by_rms scale_by_stddev scale_by_rss scale_by_adadelta scale_by_factored_rms scale_by_novograd scale_by_sm3
    scale_by_rprop scale_by_optimistic_gradient scale_by_trust_ratio scale_by_param_block_norm scale_by_param_block_rms scale_by_polyak
    scale_by_distance_over_gradients normalize_by_update_norm centralize trace ema apply_every add_decayed_weights add_noise clip clip_by_block_rms
    clip_by_global_norm adaptive_grad_clip unitwise_norm unitwise_clip per_example_global_norm_clip per_example_layer_norm_clip keep_params_nonnegative zero_nans`,
  ),
  as(
    transforms,
    'tree_map_params',
    'treeMapParams',
    'slots have names, too: `getSlot` and `slotNames` find what mirrors the parameters',
  ),

  ...same(combining, 'chain named_chain partition'),
  as(combining, 'multi_transform', 'partition', 'the older name'),
  as(combining, 'PartitionState', 'Partitioned', ''),
  as(combining, 'MultiTransformState', 'Partitioned', 'the older name'),

  ...same(applying, 'apply_updates incremental_update periodic_update'),

  ...same(
    wrappers,
    'masked freeze selective_transform apply_if_finite conditionally_transform conditionally_mask flatten lookahead',
  ),
  ...not(wrappers, 'ConditionFn', 'a function type in `ConditionOptions`'),
  ...not(wrappers, 'LookaheadParams', 'slow weights stand in the state, not in the parameters'),
  as(wrappers, 'MultiSteps', 'multiSteps', 'a transformation, not a class'),
  as(wrappers, 'MultiStepsState', 'MultiStepsState', ''),
  ...same(wrappers, 'skip_not_finite skip_large_updates'),
  as(wrappers, 'ShouldSkipUpdateFunction', 'ShouldSkip', ''),
  ...same(wrappers, 'snapshot monitor measure_with_ema'),

  ...same(
    schedules,
    `constant_schedule polynomial_schedule linear_schedule exponential_decay piecewise_constant_schedule piecewise_interpolate_schedule
    cosine_decay_schedule cosine_onecycle_schedule linear_onecycle_schedule warmup_constant_schedule warmup_cosine_decay_schedule
    warmup_exponential_decay_schedule sgdr_schedule join_schedules inject_hyperparams`,
  ),
  as(schedules, 'inject_stateful_hyperparams', 'injectHyperparams', 'the deprecated name'),
  as(schedules, 'InjectHyperparamsState', 'InjectedState', ''),
  as(schedules, 'InjectStatefulHyperparamsState', 'InjectedState', ''),

  ...same(
    trees,
    `tree_add tree_sub tree_mul tree_div tree_scale tree_add_scale tree_sum tree_max tree_min tree_size tree_vdot tree_norm tree_where tree_clip
    tree_full_like tree_zeros_like tree_ones_like tree_allclose tree_get tree_get_all_with_path tree_set`,
  ),
  ...not(trees, 'tree_cast tree_cast_like tree_dtype', 'every leaf is float32'),
  ...not(trees, 'tree_conj tree_real', 'complex leaves are refused'),
  ...not(trees, 'tree_batch_shape', '`mapTree` with tf.broadcastTo'),
  ...not(
    trees,
    'tree_random_like tree_split_key_like tree_unwrap_random_key_data',
    'TensorFlow.js has no random keys; `mapTree` with tf.randomNormal',
  ),
  ...not(
    trees,
    'tree_update_moment tree_update_moment_per_elem_norm tree_update_infinity_moment tree_bias_correction',
    'one line of an `equation`',
  ),
  as(trees, 'tree_map_params', 'treeMapParams', ''),
  ...not(trees, 'NamedTupleKey', 'paths are of strings'),
  ...not(
    trees,
    'tree_scalar_mul tree_add_scalar_mul tree_l1_norm tree_l2_norm tree_linf_norm',
    'deprecated in optax: `treeScale`, `treeAddScale`, `treeNorm`',
  ),

  ...same(searches, 'scale_by_lbfgs scale_by_backtracking_linesearch scale_by_zoom_linesearch'),
  ...not(
    searches,
    'value_and_grad_from_state',
    'line searches tell value and gradient in their state; `minimize` evaluates anew',
  ),
  as(searches, 'ScaleByLBFGSState', 'LbfgsState', ''),
  as(searches, 'ScaleByZoomLinesearchState', 'ZoomState', ''),
  as(searches, 'ScaleByBacktrackingLinesearchState', 'Backtracking', ''),
  ...not(searches, 'ZoomLinesearchInfo BacktrackingLinesearchInfo', 'the `info` of the states'),

  ...same(
    contrib,
    `acprop scale_by_acprop ademamix scale_by_ademamix simplified_ademamix scale_by_simplified_ademamix adopt scale_by_adopt cocob scale_by_cocob
    dadapt_adamw dog scale_by_dog dowg scale_by_dowg madgrad scale_by_madgrad momo momo_adam normalize prodigy reduce_on_plateau mechanize muon scale_by_muon sam galore scale_by_galore sophia scale_by_sophia dpsgd
    differentially_private_aggregate`,
  ),
  as(
    contrib,
    'hutchinson_estimator_diag_hessian',
    'hutchinsonDiagHessian',
    'a function for the extra `curvature`, by differences',
  ),
  as(contrib, 'GaLoreDimensionNumbers', 'MatrixDimensions', ''),
  ...same(contrib, 'schedule_free schedule_free_sgd schedule_free_adamw schedule_free_eval_params'),
  as(contrib, 'ScheduleFreeState', 'ScheduleFreeState', ''),
  as(contrib, 'SAMState', 'SamState', ''),
  as(contrib, 'GaLoreState', 'GaloreState', ''),
  as(contrib, 'SophiaState', 'Sophia', 'its state lambda'),
  as(contrib, 'DifferentiallyPrivateAggregateState', 'Noise', 'its state lambda'),
  ...not(contrib, 'HutchinsonState', 'the key is the count of the step'),
  ...not(
    contrib,
    'split_real_and_imaginary SplitRealAndImaginaryState',
    'a complex leaf is a record of two, `{ real, imaginary }`: what it would make is the tree itself',
  ),
  as(contrib, 'MuonDimensionNumbers', 'MatrixDimensions', ''),

  ...same(
    losses,
    `squared_error l2_loss huber_loss log_cosh cosine_similarity cosine_distance sigmoid_binary_cross_entropy hinge_loss perceptron_loss
    sparsemax_loss sigmoid_focal_loss softmax_cross_entropy safe_softmax_cross_entropy softmax_cross_entropy_with_integer_labels multiclass_hinge_loss
    multiclass_perceptron_loss multiclass_sparsemax_loss poly_loss_cross_entropy kl_divergence kl_divergence_with_log_targets generalized_kl_divergence
    convex_kl_divergence ctc_loss ctc_loss_with_forward_probs ranking_softmax_loss dice_loss binary_dice_loss multiclass_generalized_dice_loss ntxent
    triplet_margin_loss smooth_labels make_fenchel_young_loss`,
  ),

  ...same(
    projections,
    `projection_non_negative projection_box projection_hypercube projection_simplex projection_l1_sphere projection_l1_ball projection_l2_sphere
    projection_l2_ball projection_linf_ball projection_vector projection_hyperplane projection_halfspace`,
  ),

  ...same(perturbations, 'make_perturbed_fun'),
  as(perturbations, 'Gumbel', 'gumbelNoise', 'a record, not a class'),
  as(perturbations, 'Normal', 'normalNoise', 'a record, not a class'),

  ...same(
    numerics,
    'safe_increment safe_norm safe_root_mean_squares scale_gradient multi_normal power_iteration matrix_inverse_pth_root nnls hungarian_algorithm',
  ),
  as(numerics, 'safe_int32_increment', 'safeIncrement', 'the older name'),
  as(numerics, 'global_norm', 'treeNorm', 'the older name'),
  as(numerics, 'base_hungarian_algorithm', 'hungarianAlgorithm', 'the same assignment by another way'),
  ...not(
    numerics,
    'bias_correction update_moment update_moment_per_elem_norm update_infinity_moment',
    'one line of an `equation`',
  ),
  ...not(
    numerics,
    'hvp hessian_diag fisher_diag',
    'deprecated in optax, to go in 0.2.9; second derivatives of TensorFlow.js are wrong without a word',
  ),

  ...same(microbatching, 'microbatch micro_vmap micro_grad reshape_batch_axis'),
  as(microbatching, 'AccumulationType', 'Accumulation', "words: 'sum', 'mean', 'runningMean', 'concat'"),
  as(microbatching, 'Accumulator', 'Accumulator', ''),

  ...same(aggregating, 'average_per_element_updates get_unbiased_mean_and_variance_ema add_mean_variance_to_opt'),
  as(
    aggregating,
    'track_per_element_mean_and_variance_with_ema',
    'trackPerElementMeanAndVarianceWithEma',
    'it reads the examples itself',
  ),
  as(
    aggregating,
    'get_per_element_mean_and_sum_sq_diff_grads',
    'trackPerElementMeanAndVarianceWithEma',
    'its slots `meanGrads` and `sumSqDiffGrads`',
  ),
  as(aggregating, 'Aggregator', 'plain', 'with `aggregates`: the first of a chain'),
  as(aggregating, 'AggregatorUpdateFn', 'plain', 'its `update`'),
  as(aggregating, 'process', 'chain', 'the aggregator first; what waits until enough has gathered, in `multiSteps`'),
  as(aggregating, 'accumulate_avg_updates', 'multiSteps', ''),
  as(aggregating, 'average_incrementally_updates', 'multiSteps', 'behind `averagePerElementUpdates`'),
  as(aggregating, 'AccumulateAvgUpdatesState', 'MultiStepsState', ''),
  as(aggregating, 'PerElementMeanAndSumSqDiffGradsState', 'MeanAndVarianceState', ''),
  as(aggregating, 'PerElementMeanAndVarianceEMAState', 'MeanAndVarianceState', ''),
  ...not(aggregating, 'get_batch_size_from_per_elt_updates', '`shape[0]` of any gradient; aggregators check it'),

  ...[
    `AddNoiseState ApplyEvery ApplyIfFiniteState ConditionallyMaskState ConditionallyTransformState EmaState FactoredState LookaheadState MonitorState
    ScaleByAdaDeltaState ScaleByAdamState ScaleByAdanState ScaleByAmsgradState ScaleByBeliefState ScaleByLionState ScaleByNovogradState
    ScaleByRStdDevState ScaleByRmsState ScaleByRpropState ScaleByRssState ScaleBySM3State ScaleByScheduleState SnapshotState TraceState
    COCOBState DAdaptAdamWState DoGState DoWGState MadgradState MechanicState MomoAdamState MomoState MuonState ProdigyState ReduceLROnPlateauState
    ScaleByAdemamixState ScaleBySimplifiedAdEMAMixState`,
  ].flatMap((names) =>
    names
      .split(/\s+/)
      .map((name) => as(states, name, 'StateOf', 'the type of the state follows from the transformation')),
  ),
  ...not(
    states,
    `AdaptiveGradClipState AddDecayedWeightsState ClipByGlobalNormState ClipState NonNegativeParamsState NormalizeState ScaleByTrustRatioState ScaleState
    ZeroNansState`,
    'no state',
  ),
]

/** Every public symbol of optax 0.2.8. */
export const optaxSymbols: readonly OptaxSymbol[] = [...written]
