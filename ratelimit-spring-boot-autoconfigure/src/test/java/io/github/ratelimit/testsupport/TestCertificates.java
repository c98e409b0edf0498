package io.github.ratelimit.testsupport;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * An authority of a test's own and certificates of it, made by the {@code keytool} of the
 * running Java.
 */
public final class TestCertificates {

	/**
	 * Certificate of this machine.
	 */
	public static final String VALID = "valid";

	/**
	 * Certificate of this machine that was good until yesterday.
	 */
	public static final String EXPIRED = "expired";

	/**
	 * Certificate of another machine.
	 */
	public static final String OTHER_HOST = "other-host";

	/**
	 * Certificate of a client.
	 */
	public static final String CLIENT = "client";

	/**
	 * Password of the stores.
	 */
	public static final String PASSWORD = "changeit";

	private static final String AUTHORITY = "authority";

	private static final long SECONDS_TO_WAIT = 60;

	private final Path directory;

	private TestCertificates(Path directory) {
		this.directory = directory;
	}

	/**
	 * Make the certificates.
	 * @param directory where to keep them
	 * @return the certificates
	 */
	public static TestCertificates in(Path directory) {
		TestCertificates certificates = new TestCertificates(directory);
		String here = "san=dns:localhost,ip:" + InetAddress.getLoopbackAddress().getHostAddress();
		certificates.generate(AUTHORITY, "-ext", "bc:c");
		certificates.generate(VALID, "-signer", AUTHORITY, "-ext", here);
		certificates.generate(EXPIRED, "-signer", AUTHORITY, "-ext", here, "-startdate", "-3d", "-validity", "2");
		certificates.generate(OTHER_HOST, "-signer", AUTHORITY, "-ext", "san=dns:redis.example.org");
		certificates.generate(CLIENT, "-signer", AUTHORITY);
		certificates.writeTrustStore();
		return certificates;
	}

	private void generate(String alias, String... options) {
		List<String> command = new ArrayList<>(
				List.of(Path.of(System.getProperty("java.home"), "bin", "keytool").toString(), "-genkeypair",
						"-keystore", keyStore().toString(), "-storepass", PASSWORD, "-alias", alias, "-keyalg", "EC",
						"-dname", "CN=" + alias));
		command.addAll(List.of(options));
		try {
			Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
			String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
			if (!process.waitFor(SECONDS_TO_WAIT, TimeUnit.SECONDS) || process.exitValue() != 0) {
				throw new IllegalStateException("keytool failed: " + output);
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException("Interrupted while a key was made", ex);
		}
	}

	private void writeTrustStore() {
		try {
			KeyStore trust = newStore();
			trust.setCertificateEntry(AUTHORITY, load(keyStore()).getCertificate(AUTHORITY));
			write(trust, trustStore());
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private Path keyStore() {
		return this.directory.resolve("keys.p12");
	}

	/**
	 * Return what trusts the authority.
	 * @return a PKCS12 store
	 */
	public Path trustStore() {
		return this.directory.resolve("trust.p12");
	}

	/**
	 * Return a key with its certificate.
	 * @param alias which one
	 * @return a PKCS12 store that has nothing else
	 */
	public Path keyStore(String alias) {
		try {
			Path path = this.directory.resolve(alias + ".p12");
			KeyStore keys = load(keyStore());
			Key key = keys.getKey(alias, PASSWORD.toCharArray());
			KeyStore one = newStore();
			one.setKeyEntry(alias, key, PASSWORD.toCharArray(), keys.getCertificateChain(alias));
			write(one, path);
			return path;
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * Return what a server needs.
	 * @param alias its certificate
	 * @return the context, which trusts clients of the authority
	 */
	SSLContext serverContext(String alias) {
		try {
			KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
			keys.init(load(keyStore(alias)), PASSWORD.toCharArray());
			TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
			trust.init(load(trustStore()));
			SSLContext context = SSLContext.getInstance("TLS");
			context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
			return context;
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static KeyStore newStore() {
		try {
			KeyStore store = KeyStore.getInstance("PKCS12");
			store.load(null, null);
			return store;
		}
		catch (IOException | GeneralSecurityException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static KeyStore load(Path path) {
		try (InputStream in = Files.newInputStream(path)) {
			KeyStore store = KeyStore.getInstance("PKCS12");
			store.load(in, PASSWORD.toCharArray());
			return store;
		}
		catch (IOException | GeneralSecurityException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static void write(KeyStore store, Path path) {
		try (OutputStream out = Files.newOutputStream(path)) {
			store.store(out, PASSWORD.toCharArray());
		}
		catch (IOException | GeneralSecurityException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
