import { connect, rpcTarget } from '../_shared/rpc.ts';
import { apiHandler } from './handler.ts';

const read = (name: string) => Deno.env.get(name) || undefined;
const publicUrl = read('SUPABASE_PUBLIC_URL') ?? read('SUPABASE_URL') ?? '';

Deno.serve(apiHandler({ rpc: connect(rpcTarget(read)), publicUrl }));
