using System.Text.Json;
using System.Text.Json.Serialization;

namespace NativeAot;

/// <summary>What a customer sends.</summary>
internal sealed record OrderRequest(int Id, string Item, int Count);

/// <summary>What is kept and answered.</summary>
internal sealed record Order(int Id, string Item, decimal Amount);

/// <summary>How both are read and written: made at build time, since nothing is made at run time.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(OrderRequest))]
[JsonSerializable(typeof(Order))]
internal sealed partial class PayloadJson : JsonSerializerContext;
