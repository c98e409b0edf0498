package io.github.ratelimit.autoconfigure.check;

import java.beans.PropertyDescriptor;
import java.lang.reflect.Method;
import java.util.Collection;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.BeanUtils;
import org.springframework.boot.context.properties.bind.DataObjectPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName.Form;
import org.springframework.core.ResolvableType;

/**
 * Names of properties that there are, found in the classes that they are bound to.
 */
final class PropertyTree {

	private final Map<String, PropertyTree> children = new TreeMap<>();

	/**
	 * The class whose properties are here, until somebody asks for them: most are not
	 * set.
	 */
	private @Nullable Class<?> unexplored;

	private String ownPackage = "";

	private @Nullable PropertyTree element;

	private boolean open;

	/**
	 * Add the properties of a class.
	 * @param prefix what their names begin with
	 * @param type the class
	 */
	void add(ConfigurationPropertyName prefix, Class<?> type) {
		PropertyTree node = this;
		for (int i = 0; i < prefix.getNumberOfElements(); i++) {
			node = node.child(prefix.getElement(i, Form.DASHED));
		}
		node.addProperties(type, type.getPackageName());
	}

	private Map<String, PropertyTree> children() {
		Class<?> type = this.unexplored;
		if (type != null) {
			this.unexplored = null;
			addProperties(type, this.ownPackage);
		}
		return this.children;
	}

	private PropertyTree child(String name) {
		return this.children.computeIfAbsent(name, (key) -> new PropertyTree());
	}

	private void addProperties(Class<?> type, String ownPackage) {
		for (PropertyDescriptor property : BeanUtils.getPropertyDescriptors(type)) {
			Method getter = property.getReadMethod();
			if (!property.getName().equals("class")) {
				ResolvableType propertyType = (getter != null) ? ResolvableType.forMethodReturnType(getter, type)
						: ResolvableType.forClass(property.getPropertyType());
				child(DataObjectPropertyName.toDashedForm(property.getName())).addType(propertyType, ownPackage);
			}
		}
	}

	private void addType(ResolvableType type, String ownPackage) {
		Class<?> raw = type.toClass();
		if (Map.class.isAssignableFrom(raw)) {
			addElement(type.asMap().getGeneric(1), ownPackage);
			this.open = Objects.requireNonNull(this.element).isEmpty();
		}
		else if (Collection.class.isAssignableFrom(raw)) {
			addElement(type.asCollection().getGeneric(0), ownPackage);
		}
		else if (raw.isArray()) {
			addElement(type.getComponentType(), ownPackage);
		}
		else if (!raw.isEnum() && !raw.isInterface() && raw.getPackageName().startsWith(ownPackage)) {
			// Another class may have a property of this name
			children();
			this.unexplored = raw;
			this.ownPackage = ownPackage;
		}
	}

	private boolean isEmpty() {
		return this.unexplored == null && this.children.isEmpty();
	}

	private void addElement(ResolvableType type, String ownPackage) {
		this.element = new PropertyTree();
		this.element.addType(type, ownPackage);
	}

	/**
	 * Return which element of a name is not known.
	 * @return its index, the number of elements if all are known
	 */
	int unknown(ConfigurationPropertyName name) {
		PropertyTree node = this;
		for (int i = 0; i < name.getNumberOfElements(); i++) {
			PropertyTree next = node.next(name.getElement(i, Form.UNIFORM));
			if (next == null) {
				return (node.open) ? name.getNumberOfElements() : i;
			}
			if (node.open) {
				return name.getNumberOfElements();
			}
			node = next;
		}
		return name.getNumberOfElements();
	}

	/**
	 * Return what there is in the place of an element.
	 * @param name name whose elements are known up to that one
	 * @param index the element
	 * @return the elements that could stand there, dashed
	 */
	Stream<String> siblings(ConfigurationPropertyName name, int index) {
		PropertyTree node = this;
		for (int i = 0; i < index; i++) {
			node = Objects.requireNonNull(node.next(name.getElement(i, Form.UNIFORM)));
		}
		return node.children().keySet().stream();
	}

	private @Nullable PropertyTree next(String uniform) {
		for (Map.Entry<String, PropertyTree> child : children().entrySet()) {
			if (child.getKey().replace("-", "").equals(uniform)) {
				return child.getValue();
			}
		}
		return this.element;
	}

	/**
	 * Return whether a name without any signs, as variables have it, may be meant for
	 * what there is.
	 */
	boolean mayMean(String flat) {
		if (flat.isEmpty() || this.element != null) {
			return true;
		}
		return children().entrySet()
			.stream()
			.anyMatch((child) -> flat.startsWith(child.getKey().replace("-", ""))
					&& child.getValue().mayMean(flat.substring(child.getKey().replace("-", "").length())));
	}

	/**
	 * Return the full names, as far as they have no name or index in between that anybody
	 * may choose.
	 */
	Stream<String> names() {
		if (children().isEmpty()) {
			return Stream.of("");
		}
		return children().entrySet()
			.stream()
			.flatMap((child) -> child.getValue()
				.names()
				.map((rest) -> (rest.isEmpty()) ? child.getKey() : child.getKey() + "." + rest));
	}

}
