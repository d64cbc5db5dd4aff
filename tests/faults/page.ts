export async function makePage() {}
