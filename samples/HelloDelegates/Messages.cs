namespace HelloDelegates;

/// <summary>What a customer sends.</summary>
internal sealed record OrderRequest(string Id, string Item, int Count);

/// <summary>What is kept and answered.</summary>
internal sealed record Order(string Id, string Item, int Count, decimal Amount);

/// <summary>All orders added up.</summary>
internal sealed record Total(int Orders, decimal Amount);
