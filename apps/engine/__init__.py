"""What a workflow means, in plain Python: no framework, no clock, no chance, no input or output.

The parts, each with the functions and classes it offers; import them from their modules.

Words: what travels between all the others.

- `value`:
  Limits, step_key, split_key, pass_scope, opener_of, pass_key, frames_of, outer_scope, is_json,
  storable, is_deeper, written, compact, size_bytes
- `blob`: Blob, id_of, ids_in, clean_media_type, clean_name
- `errors`: EngineError, NodeError, PortError, RegistryError, TransitionError, FormatError
- `weight`: Excess, weigh, Allowance, omitted
- `secret`: Secret, secrets_in, without_secrets, as_json_text
- `mask`: Mask, mask_of
- `problem`: Severity, Problem, DocumentError, Report, clipped, nearest, pointer
- `failure`: Failure, failure_of
- `swift`: swift
- `state`: ExecutionStatus, StepStatus, Reason, refuse_unless
- `zone`: zone_names
- `charsets`: codec_of

Documents: JSON in, a graph and every problem out.

- `settings`: Settings, read_settings
- `document`: DocumentNode, DocumentEdge, Document, read, write
- `builder`: Builder
- `regions`: Trespass, Regions, regions_of
- `graph`:
  Effect, OnError, OnUnknown, Container, CycleError, Node, Edge, Graph, make_graph,
  topological_order
- `wiring`: edges_of, report_regions
- `visit`: Visitor, walk
- `check`: check

Node types: what a node promises and is given.

- `fields`: Kind, Source, Field, FieldProblem, is_templated, is_absent, value_problems, describe
- `config`: Formula, Config
- `credential`:
  Credential, Unusable, Opened, Readable, Holder, BoundHttp, is_allowed, chosen, secrets_of, hosts_of,
  renewable, missing_behind, asked_of
- `ports`:
  Stream, Sink, HttpProxy, HttpRequest, HttpReply, Http, CodeRequest, ConsoleLine, CodeFault, CodeReply, Code, MailRequest,
  MailReply, Mail, NoMail, Clock, Log, Circuits, ClosedCircuits, BlobWriter, Blobs, Ports
- `joined`: stream_of, joined, Joined
- `packing`: Room, pieces_of, packed, unpacked, zip_up, unzip
- `llm`:
  Access, Message, ChatRequest, Usage, ChatReply, EmbedRequest, EmbedReply, Chat, Embedding, NoModels
- `growing`: Partial, Live, Unwatched, Growing
- `schema`: schema_problem, misfit
- `asking`: attempts, timeout_s, access, text_of, question, ask, facts_of, ask_for_data
- `script`: paths_of
- `node`:
  Result, Respond, Wait, Stop, CallMode, Call, output_of, Input, Heard, Context, input_of, Hearing, Script,
  NodeType, run_of, describe
- `json_schema`: Mismatch, Budget, mismatches, faults
- `intake`: form_problems, unfit, each_unfit
- `registry`: Registry
- `rows`: rows_of, bounded, row_path, path_problems, value_at, identity
- `retry`: Backoff, RetryPolicy, retry_after_s, problems_of, read, write
- `container`: Open, Pass, Collected, Passes, facts_of, roots_of_pass

Programs: a document compiled once, run often.

- `blueprint`: Blueprint, compile_config
- `familiar`: compiled
- `program`: Needs, Program, load, compile_document

Decisions: pure functions from one frontier to the next.

- `ending`: Ending
- `blocks`: Block, Opening, PassEnd, Passed, begun, left, passed
- `frontier`: OpenStep, Arrivals, ScopeState, Frontier
- `stored`: dump, load
- `lent`: Lent, LentScope, with_call, without_call
- `edit`: Edit
- `settle`: Completed, complete, fail
- `bounds`: overstepped, deadline_at
- `plan`:
  Aborted, Finish, Decision, decide, standing, begin, handed, started, taken_up, settled, waiting,
  skips_recorded, dropped, cancel, ended
- `hold`: paused, resumed
- `loss`: lost, again
- `waking`: woken
- `circuit`:
  CircuitState, CircuitPolicy, Circuit, Verdict, asked, told, policy_of, name_of, dump, load
- `passes`: Standing, opened, entered, standing, closed, followed, expired
- `rewind`: Past, Rewound, outermost, following, leading, cut, rewound, is_dead
- `advance`: answered, chance_of, chance_after, output_of_execution, output_of_leaves

Running: rendering, wrapping, whole executions in memory.

- `sight`: key_in_sight, why_hidden, place_of, Steps, lasting_key, earlier_tries
- `links`: nowhere, StepLinks
- `renewing`: RenewingHttp
- `trace`: Traced, traceparent
- `render`:
  Facts, MaskedLog, MaskedLive, Prepared, Known, sources_of, inputs_of, roots_of, is_break, prepare, idempotency_key
- `wrap`: Ran, wrapped, run_prepared, judged, masked, caught, masked_failure, timed
- `tripping`: tell_circuit, pass_of
- `outcome`: StepRecord, Outcome
- `calling`: Callee, Ended, refuse_circle, refused, refuse_unfit, started, failed, answer_of, in_memory
- `dry`: Room, needs_mock, mock_missing
- `runner`: first_come, Trial, run
- `fake_models`: FakeModels, FakeLive, scripted
- `drawing`: draw
- `blob_memory`: BlobsInMemory, MemoryWriter, too_large
- `testing`:
  nobody_home, FakeHttp, no_interpreter, FakeCode, no_mail_server, FakeMail, FakeClock, FakeLog, in_memory_ports, revealed, Tried, Given, secret_named, FakeCircuits,
  try_node, problems_in, play, promised, examples_beside

Language: conditions, formulas, templates.

- `expressions`:
  FUNCTIONS, Expression, ExpressionError, Hinting, OnMissing, Scope, Seed, compile_expression
- `template`: Problem, Template, compile_template, problems_of
"""
