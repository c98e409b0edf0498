package io.github.ratelimit.store.redis;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;

import io.lettuce.core.RedisFuture;
import io.lettuce.core.RedisNoScriptException;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import org.jspecify.annotations.Nullable;

/**
 * A script that Redis runs, kept by the server under its digest. Immutable.
 */
final class LuaScript {

	private final byte[] text;

	private final String digest;

	private LuaScript(byte[] text) {
		this.text = text;
		this.digest = sha1(text);
	}

	static LuaScript of(String text) {
		return new LuaScript(text.getBytes(StandardCharsets.UTF_8));
	}

	/**
	 * Read a file of Lua.
	 */
	static String read(String name) {
		try (InputStream in = LuaScript.class.getResourceAsStream(name)) {
			if (in == null) {
				throw new IllegalStateException("Script " + name + " is missing beside " + LuaScript.class);
			}
			return new String(in.readAllBytes(), StandardCharsets.UTF_8);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Run by digest, one round trip. Only a server that says it does not know the script,
	 * and so has run nothing, is sent the text.
	 */
	CompletionStage<byte[]> run(RedisClusterAsyncCommands<byte[], byte[]> commands, byte[][] keys,
			byte[]... arguments) {
		CompletableFuture<byte[]> answer = new CompletableFuture<>();
		run(commands, ScriptOutputType.VALUE, keys, arguments, (byte @Nullable [] reply, @Nullable Throwable error) -> {
			if (error != null) {
				answer.completeExceptionally(error);
			}
			else {
				answer.complete(reply);
			}
		});
		return answer;
	}

	/**
	 * Run by digest in the same way, and tell somebody of the answer or the error.
	 */
	<T> void run(RedisClusterAsyncCommands<byte[], byte[]> commands, ScriptOutputType output, byte[][] keys,
			byte[][] arguments, BiConsumer<@Nullable T, @Nullable Throwable> back) {
		commands.<T>evalsha(this.digest, output, keys, arguments).whenComplete((answer, error) -> {
			if (error instanceof RedisNoScriptException) {
				runText(commands, output, keys, arguments, back);
			}
			else {
				back.accept(answer, error);
			}
		});
	}

	private <T> void runText(RedisClusterAsyncCommands<byte[], byte[]> commands, ScriptOutputType output, byte[][] keys,
			byte[][] arguments, BiConsumer<@Nullable T, @Nullable Throwable> back) {
		RedisFuture<T> answer;
		try {
			answer = commands.eval(this.text, output, keys, arguments);
		}
		catch (RuntimeException ex) {
			// The connection was closed in between
			back.accept(null, ex);
			return;
		}
		answer.whenComplete(back);
	}

	private static String sha1(byte[] text) {
		try {
			return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(text));
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("Every Java platform has SHA-1", ex);
		}
	}

}
