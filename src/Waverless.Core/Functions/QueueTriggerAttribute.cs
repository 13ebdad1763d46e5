namespace Waverless.Functions;

/// <summary>
/// Messages start the function: the queue is the function's own address, and its payload is the
/// message.
/// </summary>
[AttributeUsage(AttributeTargets.Method, Inherited = false)]
public sealed class QueueTriggerAttribute : Attribute;
