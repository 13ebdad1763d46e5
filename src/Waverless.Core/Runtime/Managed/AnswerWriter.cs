using Waverless.Invocations;

namespace Waverless.Runtime.Managed;

/// <summary>Makes a result of an answer.</summary>
internal delegate InvocationResult AnswerWriter<in T>(FunctionContext context, T answer);
