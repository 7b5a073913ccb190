import{a as e,c as t,f as n,g as r,h as i,l as a,m as o,p as s}from"./session-B47D1ol5.js";var c=i((e=>{var t=Symbol.for(`react.transitional.element`),n=Symbol.for(`react.fragment`);function r(e,n,r){var i=null;if(r!==void 0&&(i=``+r),n.key!==void 0&&(i=``+n.key),`key`in n)for(var a in r={},n)a!==`key`&&(r[a]=n[a]);else r=n;return n=r.ref,{$$typeof:t,type:e,key:i,ref:n===void 0?null:n,props:r}}e.Fragment=n,e.jsx=r,e.jsxs=r})),l=i(((e,t)=>{t.exports=c()})),u=r(o(),1),d=l(),f=u.createContext(void 0),p=e=>{let t=u.useContext(f);if(e)return e;if(!t)throw Error(`No QueryClient set, use QueryClientProvider to set one`);return t},m=({client:e,children:t})=>(u.useEffect(()=>(e.mount(),()=>{e.unmount()}),[e]),(0,d.jsx)(f.Provider,{value:e,children:t})),h={setTimeout:(e,t)=>setTimeout(e,t),clearTimeout:e=>clearTimeout(e),setInterval:(e,t)=>setInterval(e,t),clearInterval:e=>clearInterval(e)},g=new class{#e=h;setTimeoutProvider(e){this.#e=e}setTimeout(e,t){return this.#e.setTimeout(e,t)}clearTimeout(e){this.#e.clearTimeout(e)}setInterval(e,t){return this.#e.setInterval(e,t)}clearInterval(e){this.#e.clearInterval(e)}};function _(e){setTimeout(e,0)}var v=typeof window>`u`||`Deno`in globalThis;function y(){}function b(e,t){return typeof e==`function`?e(t):e}function ee(e){return typeof e==`number`&&e>=0&&e!==1/0}function te(e,t){return Math.max(e+(t||0)-Date.now(),0)}function x(e,t){return typeof e==`function`?e(t):e}function ne(e,t){let{type:n=`all`,exact:r,fetchStatus:i,predicate:a,queryKey:o,stale:s}=e;if(o){if(r){if(t.queryHash!==ie(o,t.options))return!1}else if(!C(t.queryKey,o))return!1}if(n!==`all`){let e=t.isActive();if(n===`active`&&!e||n===`inactive`&&e)return!1}return!(typeof s==`boolean`&&t.isStale()!==s||i&&i!==t.state.fetchStatus||a&&!a(t))}function re(e,t){let{exact:n,status:r,predicate:i,mutationKey:a}=e;if(a){if(!t.options.mutationKey)return!1;if(n){if(S(t.options.mutationKey)!==S(a))return!1}else if(!C(t.options.mutationKey,a))return!1}return!(r&&t.state.status!==r||i&&!i(t))}function ie(e,t){return(t?.queryKeyHashFn||S)(e)}function S(e){return JSON.stringify(e,(e,t)=>T(t)?Object.keys(t).sort().reduce((e,n)=>(e[n]=t[n],e),{}):t)}function C(e,t){if(e===t)return!0;if(typeof e!=typeof t)return!1;if(e&&t&&typeof e==`object`&&typeof t==`object`){if(Array.isArray(e)&&Array.isArray(t)){if(t.length>e.length)return!1;for(let n=0;n<t.length;n++)if(!C(e[n],t[n]))return!1;return!0}let n=Object.keys(t);for(let r of n)if(!C(e[r],t[r]))return!1;return!0}return!1}var ae=Object.prototype.hasOwnProperty;function oe(e,t,n=0){if(e===t)return e;if(n>500)return t;let r=se(e)&&se(t);if(!r&&!(T(e)&&T(t)))return t;let i=(r?e:Object.keys(e)).length,a=r?t:Object.keys(t),o=a.length,s=r?Array(o):{},c=0;for(let l=0;l<o;l++){let o=r?l:a[l],u=e[o],d=t[o];if(u===d){s[o]=u,(r?l<i:ae.call(e,o))&&c++;continue}if(u===null||d===null||typeof u!=`object`||typeof d!=`object`){s[o]=d;continue}let f=oe(u,d,n+1);s[o]=f,f===u&&c++}return i===o&&c===i?e:s}function w(e,t){if(!t||Object.keys(e).length!==Object.keys(t).length)return!1;for(let n of Object.keys(e))if(!ae.call(t,n)||e[n]!==t[n])return!1;return!0}function se(e){return Array.isArray(e)&&e.length===Object.keys(e).length}function T(e){if(!ce(e))return!1;let t=Object.getPrototypeOf(e),n=t?.constructor;if(n===void 0)return!0;if(typeof n!=`function`)return!1;let r=n.prototype;return!(!ce(r)||!r.hasOwnProperty(`isPrototypeOf`)||t!==Object.prototype)}function ce(e){return Object.prototype.toString.call(e)===`[object Object]`}function le(e){return new Promise(t=>{g.setTimeout(t,e)})}function E(e,t,n){return typeof n.structuralSharing==`function`?n.structuralSharing(e,t):n.structuralSharing===!1?t:oe(e,t)}function ue(e){return e}function de(e,t,n=0){let r=[...e,t];return n&&r.length>n?r.slice(-n):r}function fe(e,t,n=0){let r=[t,...e];return n&&r.length>n?r.slice(0,n):r}var D=Symbol();function pe(e,t){return!e.queryFn&&t?.initialPromise?()=>t.initialPromise:!e.queryFn||e.queryFn===D?()=>Promise.reject(Error(`Missing queryFn: '${e.queryHash}'`)):e.queryFn}function O(e,t){return typeof e==`function`?e(...t):!!e}var k=Symbol();function me(e,t,n,r){let i=!1,a;return Object.defineProperties(e,{[k]:{value:r},signal:{enumerable:!0,get:()=>(a??=t(),i||(i=!0,a.aborted?n():a.addEventListener(`abort`,n,{once:!0})),a)}}),e}var he=()=>v,A=()=>he(),j=class{constructor(){this.listeners=new Set,this.subscribe=this.subscribe.bind(this)}subscribe(e){return this.listeners.add(e),this.onSubscribe(),()=>{this.listeners.delete(e),this.onUnsubscribe()}}hasListeners(){return this.listeners.size>0}onSubscribe(){}onUnsubscribe(){}},M=new class extends j{#e;#t;#n;constructor(){super(),this.#n=e=>{if(typeof window<`u`&&window.addEventListener){let t=()=>e();return window.addEventListener(`visibilitychange`,t,!1),()=>{window.removeEventListener(`visibilitychange`,t)}}}}onSubscribe(){this.#t||this.setEventListener(this.#n)}onUnsubscribe(){this.hasListeners()||(this.#t?.(),this.#t=void 0)}setEventListener(e){this.#n=e,this.#t?.(),this.#t=e(e=>{typeof e==`boolean`?this.setFocused(e):this.onFocus()})}setFocused(e){this.#e!==e&&(this.#e=e,this.onFocus())}onFocus(){let e=this.isFocused();this.listeners.forEach(t=>{t(e)})}isFocused(){return typeof this.#e==`boolean`?this.#e:globalThis.document?.visibilityState!==`hidden`}},ge=_;function _e(){let e=[],t=0,n=e=>{e()},r=e=>{e()},i=ge,a=r=>{t?e.push(r):i(()=>{n(r)})},o=()=>{let t=e;e=[],t.length&&i(()=>{r(()=>{t.forEach(e=>{n(e)})})})};return{batch:e=>{let n;t++;try{n=e()}finally{t--,t||o()}return n},batchCalls:e=>(...t)=>{a(()=>{e(...t)})},schedule:a,setNotifyFunction:e=>{n=e},setBatchNotifyFunction:e=>{r=e},setScheduler:e=>{i=e}}}var N=_e(),P=new class extends j{#e=!0;#t;#n;constructor(){super(),this.#n=e=>{if(typeof window<`u`&&window.addEventListener){let t=()=>e(!0),n=()=>e(!1);return window.addEventListener(`online`,t,!1),window.addEventListener(`offline`,n,!1),()=>{window.removeEventListener(`online`,t),window.removeEventListener(`offline`,n)}}}}onSubscribe(){this.#t||this.setEventListener(this.#n)}onUnsubscribe(){this.hasListeners()||(this.#t?.(),this.#t=void 0)}setEventListener(e){this.#n=e,this.#t?.(),this.#t=e(this.setOnline.bind(this))}setOnline(e){this.#e!==e&&(this.#e=e,this.listeners.forEach(t=>{t(e)}))}isOnline(){return this.#e}};function ve(e){return Math.min(1e3*2**e,3e4)}function ye(e){return(e??`online`)!==`online`||P.isOnline()}var F=class extends Error{constructor(e){super(`CancelledError`),this.revert=e?.revert,this.silent=e?.silent}};function be(e){let t=!1,n=0,r,i=`pending`,a,o,s=new Promise((e,t)=>{a=e,o=t});s.catch(y);let c=()=>i!==`pending`,l=t=>{if(!c()){let n=new F(t);h(n),e.onCancel?.(n)}},u=()=>{t=!0},d=()=>{t=!1},f=()=>M.isFocused()&&(e.networkMode===`always`||P.isOnline())&&e.canRun(),p=()=>ye(e.networkMode)&&e.canRun(),m=e=>{c()||(r?.(),i=`resolved`,a(e))},h=e=>{c()||(r?.(),i=`rejected`,o(e))},g=t=>new Promise(n=>{r=e=>{(c()||t())&&n(e)},e.onPause?.()}).then(()=>{r=void 0,c()||e.onContinue?.()}),_=()=>{if(c())return;let r,i=n===0?e.initialPromise:void 0;try{r=i??e.fn()}catch(e){r=Promise.reject(e)}Promise.resolve(r).then(m).catch(r=>{if(c())return;let i=e.retry??(A()?0:3),a=e.retryDelay??ve,o=typeof a==`function`?a(n,r):a,s=i===!0||typeof i==`number`&&n<i||typeof i==`function`&&i(n,r);t||!s?h(r):(n++,e.onFail?.(n,r),le(o).then(()=>c()||f()?void 0:g(f)).then(()=>{t?h(r):_()}))})};return{promise:s,status:()=>i,cancel:l,continue:()=>(r?.(),s),cancelRetry:u,continueRetry:d,canStart:p,start:()=>(p()?_():g(p).then(_),s)}}function xe(e){return{onFetch:(t,n)=>{let r=t.options,i=t.fetchOptions?.meta?.fetchMore?.direction,a=t.state.data?.pages||[],o=t.state.data?.pageParams||[],s={pages:[],pageParams:[]},c=0,l=async()=>{let n=!1,l=t,u=e=>{me(e,()=>t.signal,()=>n=!0,l[k])},d=pe(t.options,t.fetchOptions),f=async(e,r,i)=>{if(n)return Promise.reject(t.signal.reason);if(r==null&&e.pages.length)return Promise.resolve(e);let a=(()=>{let e={client:t.client,queryKey:t.queryKey,pageParam:r,direction:i?`backward`:`forward`,meta:t.options.meta};return u(e),e})(),o=await d(a),{maxPages:s}=t.options,c=i?fe:de;return{pages:c(e.pages,o,s),pageParams:c(e.pageParams,r,s)}};if(i&&a.length){let e=i===`backward`,t=e?Se:I,n={pages:a,pageParams:o};s=await f(n,t(r,n),e)}else{let t=e??a.length;do{let e=c===0?o[0]===void 0?r.initialPageParam:o[0]:I(r,s);if(c>0&&e==null)break;s=await f(s,e),c++}while(c<t)}return s};t.fetchFn=t.options.persister?()=>t.options.persister?.(l,{client:t.client,queryKey:t.queryKey,meta:t.options.meta,signal:t.signal},n):l}}}function I(e,{pages:t,pageParams:n}){let r=t.length-1;return t.length>0?e.getNextPageParam(t[r],t,n[r],n):void 0}function Se(e,{pages:t,pageParams:n}){return t.length>0?e.getPreviousPageParam?.(t[0],t,n[0],n):void 0}function Ce(e,t){return t?I(e,t)!=null:!1}function we(e,t){return!t||!e.getPreviousPageParam?!1:Se(e,t)!=null}var Te=class{#e;destroy(){this.clearGcTimeout()}scheduleGc(){this.clearGcTimeout(),ee(this.gcTime)&&(this.#e=g.setTimeout(()=>{this.optionalRemove()},this.gcTime))}updateGcTime(e){this.gcTime=Math.max(this.gcTime||0,e??(A()?1/0:3e5))}clearGcTimeout(){this.#e!==void 0&&(g.clearTimeout(this.#e),this.#e=void 0)}},Ee=class extends Te{#e;#t;#n;#r;#i;#a;#o;#s;#c;constructor(e){super(),this.#c=!1,this.#s=e.defaultOptions,this.setOptions(e.options),this.observers=[],this.#i=e.client,this.#r=this.#i.getQueryCache(),this.queryKey=e.queryKey,this.queryHash=e.queryHash,this.#t=ke(this.options),this.state=e.state??this.#t,this.scheduleGc()}get meta(){return this.options.meta}get queryType(){return this.#e}get promise(){return this.#a?.promise}setOptions(e){if(this.options={...this.#s,...e},e?._type&&(this.#e=e._type),this.updateGcTime(this.options.gcTime),this.state&&this.state.data===void 0){let e=ke(this.options);e.data!==void 0&&(this.setState(Oe(e.data,e.dataUpdatedAt)),this.#t=e)}}optionalRemove(){!this.observers.length&&this.state.fetchStatus===`idle`&&this.#r.remove(this)}setData(e,t){let n=E(this.state.data,e,this.options);return this.#l({data:n,type:`success`,dataUpdatedAt:t?.updatedAt,manual:t?.manual}),n}setState(e){this.#l({type:`setState`,state:e})}cancel(e){let t=this.#a?.promise;return this.#a?.cancel(e),t?t.then(y).catch(y):Promise.resolve()}destroy(){super.destroy(),this.cancel({silent:!0})}get resetState(){return this.#t}reset(){this.destroy(),this.setState(this.resetState)}isActive(){return this.observers.some(e=>x(e.options.enabled,this)!==!1)}isDisabled(){return this.getObserversCount()>0?!this.isActive():this.options.queryFn===D||!this.isFetched()}isFetched(){return this.state.dataUpdateCount+this.state.errorUpdateCount>0}isStatic(){return this.state.data!==void 0&&this.getObserversCount()>0&&this.observers.some(e=>x(e.options.staleTime,this)===`static`)}isStale(){return this.getObserversCount()>0?this.observers.some(e=>e.getCurrentResult().isStale):this.state.data===void 0||this.state.isInvalidated}isStaleByTime(e=0){return this.state.data===void 0?!0:e===`static`?!1:this.state.isInvalidated?!0:!te(this.state.dataUpdatedAt,e)}onFocus(){this.observers.find(e=>e.shouldFetchOnWindowFocus())?.refetch({cancelRefetch:!1}),this.#a?.continue()}onOnline(){this.observers.find(e=>e.shouldFetchOnReconnect())?.refetch({cancelRefetch:!1}),this.#a?.continue()}addObserver(e){this.observers.includes(e)||(this.observers.push(e),this.clearGcTimeout(),this.#r.notify({type:`observerAdded`,query:this,observer:e}))}removeObserver(e){let t=this.observers.indexOf(e);t!==-1&&(this.observers.splice(t,1),this.observers.length||(this.#a&&(this.#c||this.state.fetchStatus===`paused`&&this.state.status===`pending`?this.#a.cancel({revert:!0}):this.#a.cancelRetry()),this.scheduleGc()),this.#r.notify({type:`observerRemoved`,query:this,observer:e}))}getObserversCount(){return this.observers.length}invalidate(){this.state.isInvalidated||this.#l({type:`invalidate`})}async fetch(e,t){if(this.state.fetchStatus!==`idle`&&this.#a?.status()!==`rejected`){if(this.state.data!==void 0&&t?.cancelRefetch)this.cancel({silent:!0});else if(this.#a&&this.#o)return this.#a.continueRetry(),this.#o}if(e&&this.setOptions(e),!this.options.queryFn){let e=this.observers.find(e=>e.options.queryFn);e&&this.setOptions(e.options)}let n=new AbortController,r=e=>{Object.defineProperties(e,{[k]:{value:n.signal,enumerable:!0},signal:{enumerable:!0,get:()=>(this.#c=!0,n.signal)}})},i=()=>{let e=pe(this.options,t),n=(()=>{let e={client:this.#i,queryKey:this.queryKey,meta:this.meta};return r(e),e})();return this.#c=!1,this.options.persister?this.options.persister(e,n,this):e(n)},a=(()=>{let e={fetchOptions:t,options:this.options,queryKey:this.queryKey,client:this.#i,state:this.state,fetchFn:i};return r(e),e})();(this.#e===`infinite`?xe(this.options.pages):this.options.behavior)?.onFetch(a,this),this.#n=this.state,(this.state.fetchStatus===`idle`||this.state.fetchMeta!==a.fetchOptions?.meta)&&this.#l({type:`fetch`,meta:a.fetchOptions?.meta});let o=this.#a=be({initialPromise:t?.initialPromise,fn:a.fetchFn,onCancel:e=>{e instanceof F&&e.revert&&this.setState({...this.#n,fetchStatus:`idle`}),n.abort()},onFail:(e,t)=>{this.#l({type:`failed`,failureCount:e,error:t})},onPause:()=>{this.#l({type:`pause`})},onContinue:()=>{this.#l({type:`continue`})},retry:a.options.retry,retryDelay:a.options.retryDelay,networkMode:a.options.networkMode,canRun:()=>!0}),s=(async()=>{try{let e=await o.promise;if(e===void 0)throw Error(`${this.queryHash} data is undefined`);return this.setData(e),this.#r.config.onSuccess?.(e,this),this.#r.config.onSettled?.(e,this.state.error,this),e}catch(e){if(e instanceof F){if(e.silent){if(this.#a!==o&&this.#o)return this.#o;throw e}if(e.revert){if(this.state.data===void 0)throw e;return this.state.data}}throw this.#l({type:`error`,error:e}),this.#r.config.onError?.(e,this),this.#r.config.onSettled?.(this.state.data,e,this),e}finally{this.#a===o&&(this.#a=void 0,this.#o=void 0),this.scheduleGc()}})();return this.#o=s,o.start(),s}#l(e){let t=t=>{switch(e.type){case`failed`:return{...t,fetchFailureCount:e.failureCount,fetchFailureReason:e.error};case`pause`:return{...t,fetchStatus:`paused`};case`continue`:return{...t,fetchStatus:`fetching`};case`fetch`:return{...t,...De(t.data,this.options),fetchMeta:e.meta??null};case`success`:{let n={...t,...Oe(e.data,e.dataUpdatedAt),dataUpdateCount:t.dataUpdateCount+1,...!e.manual&&{fetchStatus:`idle`,fetchFailureCount:0,fetchFailureReason:null}};return this.#n=e.manual?n:void 0,n}case`error`:{let n=e.error;return{...t,error:n,errorUpdateCount:t.errorUpdateCount+1,errorUpdatedAt:Date.now(),fetchFailureCount:t.fetchFailureCount+1,fetchFailureReason:n,fetchStatus:`idle`,status:`error`,isInvalidated:!0}}case`invalidate`:return{...t,isInvalidated:!0};case`setState`:return{...t,...e.state}}};this.state=t(this.state),N.batch(()=>{this.observers.slice().forEach(e=>{e.onQueryUpdate()}),this.#r.notify({query:this,type:`updated`,action:e})})}};function De(e,t){return{fetchFailureCount:0,fetchFailureReason:null,fetchStatus:ye(t.networkMode)?`fetching`:`paused`,...e===void 0&&{error:null,status:`pending`}}}function Oe(e,t){return{data:e,dataUpdatedAt:t??Date.now(),error:null,isInvalidated:!1,status:`success`}}function ke(e){let t=typeof e.initialData==`function`?e.initialData():e.initialData,n=t!==void 0,r=n?typeof e.initialDataUpdatedAt==`function`?e.initialDataUpdatedAt():e.initialDataUpdatedAt:0;return{data:t,dataUpdateCount:0,dataUpdatedAt:n?r??Date.now():0,error:null,errorUpdateCount:0,errorUpdatedAt:0,fetchFailureCount:0,fetchFailureReason:null,fetchMeta:null,isInvalidated:!1,status:n?`success`:`pending`,fetchStatus:`idle`}}var Ae=class extends j{#e;#t=void 0;#n=void 0;#r=void 0;#i;#a;#o;#s;#c;#l;#u;#d;#f;#p=new Set;constructor(e,t){super(),this.options=t,this.#e=e,this.#o=null,this.bindMethods(),this.setOptions(t)}bindMethods(){this.refetch=this.refetch.bind(this)}onSubscribe(){this.listeners.size===1&&(this.#t.addObserver(this),Me(this.#t,this.options)?this.#m():this.updateResult(),this.#y())}onUnsubscribe(){this.hasListeners()||this.destroy()}shouldFetchOnReconnect(){return L(this.#t,this.options,this.options.refetchOnReconnect)}shouldFetchOnWindowFocus(){return L(this.#t,this.options,this.options.refetchOnWindowFocus)}destroy(){this.listeners=new Set,this.#b(),this.#x(),this.#t.removeObserver(this)}setOptions(e){let t=this.options,n=this.#t;if(this.options=this.#e.defaultQueryOptions(e),this.options.enabled!==void 0&&typeof this.options.enabled!=`boolean`&&typeof this.options.enabled!=`function`&&typeof x(this.options.enabled,this.#t)!=`boolean`)throw Error(`Expected enabled to be a boolean or a callback that returns a boolean`);this.#S(),this.#t.setOptions(this.options),t._defaulted&&!w(this.options,t)&&this.#e.getQueryCache().notify({type:`observerOptionsUpdated`,query:this.#t,observer:this});let r=this.hasListeners();r&&Ne(this.#t,n,this.options,t)&&this.#m(),this.updateResult(),r&&(this.#t!==n||x(this.options.enabled,this.#t)!==x(t.enabled,this.#t)||x(this.options.staleTime,this.#t)!==x(t.staleTime,this.#t))&&this.#g();let i=this.#_();r&&(this.#t!==n||x(this.options.enabled,this.#t)!==x(t.enabled,this.#t)||i!==this.#f)&&this.#v(i)}getOptimisticResult(e){let t=this.#e.getQueryCache().build(this.#e,e),n=this.createResult(t,e);return w(this.getCurrentResult(),n)||(this.#r=n,this.#a=this.options,this.#i=this.#t.state),n}getCurrentResult(){return this.#r}trackResult(e,t){return new Proxy(e,{get:(e,n)=>(this.trackProp(n),t?.(n),Reflect.get(e,n))})}trackProp(e){this.#p.add(e)}getCurrentQuery(){return this.#t}refetch({...e}={}){return this.fetch({...e})}fetchOptimistic(e){let t=this.#e.defaultQueryOptions(e),n=this.#e.getQueryCache().build(this.#e,t),r=()=>{},i,a=new Promise(e=>{i=e,r=this.#e.getQueryCache().subscribe(i=>{i.type===`updated`&&i.query.queryHash===n.queryHash&&n.state.data!==void 0&&(r(),e(this.createResult(n,t)))})});return Promise.race([n.fetch(t).then(()=>{let e=this.createResult(n,t);return i?.(e),e}).finally(()=>{r()}),a])}fetch(e){return this.#m({...e,cancelRefetch:e.cancelRefetch??!0}).then(()=>(this.updateResult(),this.#r))}#m(e){this.#S();let t=this.#t.fetch(this.options,e);return e?.throwOnError||(t=t.catch(y)),t}#h(e){return!A()&&x(this.options.enabled,this.#t)!==!1&&ee(e)}#g(){this.#b();let e=x(this.options.staleTime,this.#t);if(this.#r.isStale||!this.#h(e))return;let t=te(this.#r.dataUpdatedAt,e)+1;this.#u=g.setTimeout(()=>{this.#r.isStale||this.updateResult()},t)}#_(){return x(this.options.refetchInterval,this.#t)??!1}#v(e){this.#x(),this.#f=e,this.#f!==0&&this.#h(this.#f)&&(this.#d=g.setInterval(()=>{(this.options.refetchIntervalInBackground||M.isFocused())&&this.#m()},this.#f))}#y(){this.#g(),this.#v(this.#_())}#b(){this.#u!==void 0&&(g.clearTimeout(this.#u),this.#u=void 0)}#x(){this.#d!==void 0&&(g.clearInterval(this.#d),this.#d=void 0)}createResult(e,t){let n=this.#t,r=this.options,i=this.#r,a=this.#i,o=this.#a,s=e===n?this.#n:e.state,{state:c}=e,l={...c},u=!1,d;if(t._optimisticResults){let i=this.hasListeners(),a=!i&&Me(e,t),o=i&&Ne(e,n,t,r);(a||o)&&(l={...l,...De(c.data,e.options)}),t._optimisticResults===`isRestoring`&&(l.fetchStatus=`idle`)}let{error:f,errorUpdatedAt:p,status:m}=l;d=l.data;let h=!1;if(t.placeholderData!==void 0&&d===void 0&&m===`pending`){let e;i?.isPlaceholderData&&t.placeholderData===o?.placeholderData?(e=i.data,h=!0):e=typeof t.placeholderData==`function`?t.placeholderData(this.#l?.state.data,this.#l):t.placeholderData,e!==void 0&&(m=`success`,d=E(i?.data,e,t),u=!0)}if(t.select&&d!==void 0&&!h){if(i&&d===a?.data&&t.select===this.#s)d=this.#c;else try{this.#s=t.select,d=t.select(d),d=E(i?.data,d,t),this.#c=d,this.#o=null}catch(e){this.#o=e}}else d===void 0&&(this.#o=null);this.#o&&(f=this.#o,d=this.#c,p=i?.error===f?i.errorUpdatedAt:Date.now(),m=`error`,u=!1);let g=l.fetchStatus===`fetching`,_=m===`pending`,v=m===`error`,y=_&&g,b=d!==void 0;return{status:m,fetchStatus:l.fetchStatus,isPending:_,isSuccess:m===`success`,isError:v,isInitialLoading:y,isLoading:y,data:d,dataUpdatedAt:l.dataUpdatedAt,error:f,errorUpdatedAt:p,failureCount:l.fetchFailureCount,failureReason:l.fetchFailureReason,errorUpdateCount:l.errorUpdateCount,isFetched:e.isFetched(),isFetchedAfterMount:l.dataUpdateCount>s.dataUpdateCount||l.errorUpdateCount>s.errorUpdateCount,isFetching:g,isRefetching:g&&!_,isLoadingError:v&&!b,isPaused:l.fetchStatus===`paused`,isPlaceholderData:u,isRefetchError:v&&b,isStale:R(e,t),refetch:this.refetch,isEnabled:x(t.enabled,e)!==!1}}updateResult(){let e=this.#r,t=this.createResult(this.#t,this.options);if(this.#i=this.#t.state,this.#a=this.options,this.#i.data!==void 0&&(this.#l=this.#t),w(t,e))return;this.#r=t;let n=(()=>{if(!e)return!0;let{notifyOnChangeProps:t}=this.options,n=typeof t==`function`?t():t;if(n===`all`||!n&&!this.#p.size||this.options.throwOnError&&this.#r.error!==e.error)return!0;for(let t of n??this.#p)if(this.#r[t]!==e[t])return!0;return!1})();N.batch(()=>{n&&this.listeners.forEach(e=>{e(this.#r)}),this.#e.getQueryCache().notify({query:this.#t,type:`observerResultsUpdated`})})}#S(){let e=this.#e.getQueryCache().build(this.#e,this.options);if(e===this.#t)return;let t=this.#t;this.#t=e,this.#n=e.state,this.hasListeners()&&(t?.removeObserver(this),e.addObserver(this))}onQueryUpdate(){this.updateResult(),this.hasListeners()&&this.#y()}};function je(e,t){return x(t.enabled,e)!==!1&&e.state.data===void 0&&(e.state.status!==`error`||x(t.retryOnMount,e)!==!1)}function Me(e,t){return je(e,t)||e.state.data!==void 0&&L(e,t,t.refetchOnMount)}function L(e,t,n){if(x(t.enabled,e)!==!1&&x(t.staleTime,e)!==`static`){let r=x(n,e);return r===`always`||r!==!1&&R(e,t)}return!1}function Ne(e,t,n,r){return(e!==t||x(r.enabled,e)===!1)&&(!n.suspense||e.state.status!==`error`)&&R(e,n)}function R(e,t){return x(t.enabled,e)!==!1&&e.isStaleByTime(x(t.staleTime,e))}var Pe=class extends Ae{constructor(e,t){super(e,t)}bindMethods(){super.bindMethods(),this.fetchNextPage=this.fetchNextPage.bind(this),this.fetchPreviousPage=this.fetchPreviousPage.bind(this)}setOptions(e){e._type=`infinite`,super.setOptions(e)}getOptimisticResult(e){return e._type=`infinite`,super.getOptimisticResult(e)}fetchNextPage(e){return this.fetch({...e,meta:{fetchMore:{direction:`forward`}}})}fetchPreviousPage(e){return this.fetch({...e,meta:{fetchMore:{direction:`backward`}}})}createResult(e,t){let{state:n}=e,r=super.createResult(e,t),{isFetching:i,isRefetching:a,isError:o,isRefetchError:s}=r,c=n.fetchMeta?.fetchMore?.direction,l=o&&c===`forward`,u=i&&c===`forward`,d=o&&c===`backward`,f=i&&c===`backward`;return{...r,fetchNextPage:this.fetchNextPage,fetchPreviousPage:this.fetchPreviousPage,hasNextPage:Ce(t,n.data),hasPreviousPage:we(t,n.data),isFetchNextPageError:l,isFetchingNextPage:u,isFetchPreviousPageError:d,isFetchingPreviousPage:f,isRefetchError:s&&!l&&!d,isRefetching:a&&!u&&!f}}},Fe=u.createContext(!1),Ie=()=>u.useContext(Fe);Fe.Provider;function Le(){let e=!1;return{clearReset:()=>{e=!1},reset:()=>{e=!0},isReset:()=>e}}var Re=u.createContext(Le()),ze=()=>u.useContext(Re),Be=(e,t,n)=>{let r=n?.state.status===`error`&&typeof e.throwOnError==`function`?O(e.throwOnError,[n.state.error,n]):e.throwOnError;(e.suspense||r)&&(t.isReset()||(e.retryOnMount=!1))},Ve=e=>{u.useEffect(()=>{e.clearReset()},[e])},He=({result:e,errorResetBoundary:t,throwOnError:n,query:r,suspense:i})=>e.isError&&!t.isReset()&&!e.isFetching&&r&&(i&&e.data===void 0||O(n,[e.error,r])),Ue=e=>{if(e.suspense){let t=1e3,n=e=>e===`static`?e:Math.max(e??t,t),r=e.staleTime;e.staleTime=typeof r==`function`?(...e)=>n(r(...e)):n(r),typeof e.gcTime==`number`&&(e.gcTime=Math.max(e.gcTime,t))}},We=(e,t)=>e?.suspense&&t.isPending,Ge=(e,t,n)=>t.fetchOptimistic(e).catch(()=>{n.clearReset()});function Ke(e,t,n){let r=Ie(),i=ze(),a=p(n),o=a.defaultQueryOptions(e),s=a.getQueryCache().get(o.queryHash),c=e.subscribed!==!1;o._optimisticResults=r?`isRestoring`:c?`optimistic`:void 0,Ue(o),Be(o,i,s),Ve(i);let[l]=u.useState(()=>new t(a,o)),d=l.getOptimisticResult(o);u.useEffect(()=>{l.setOptions(o)},[o,l]);let f=!r&&c;if(u.useSyncExternalStore(u.useCallback(e=>{let t=f?l.subscribe(N.batchCalls(e)):y;return l.updateResult(),t},[l,f]),()=>l.getCurrentResult(),()=>l.getCurrentResult()),We(o,d))throw Ge(o,l,i);if(He({result:d,errorResetBoundary:i,throwOnError:o.throwOnError,query:s,suspense:o.suspense}))throw d.error;return o.notifyOnChangeProps?d:l.trackResult(d)}function qe(e,t){return Ke(e,Ae,t)}function Je(e,t){return Ke(e,Pe,t)}function Ye(e,t){if(e instanceof RegExp)return{keys:!1,pattern:e};var n,r,i,a,o=[],s=``,c=e.split(`/`);for(c[0]||c.shift();i=c.shift();)n=i[0],n===`*`?(o.push(n),s+=i[1]===`?`?`(?:/(.*))?`:`/(.*)`):n===`:`?(r=i.indexOf(`?`,1),a=i.indexOf(`.`,1),o.push(i.substring(1,~r?r:~a?a:i.length)),s+=~r&&!~a?`(?:/([^/]+?))?`:`/([^/]+?)`,~a&&(s+=(~r?`?`:``)+`\\`+i.substring(a))):s+=`/`+i;return{keys:o,pattern:RegExp(`^`+s+(t?`(?=$|/)`:`/?$`),`i`)}}var Xe=i((e=>{var t=o();function n(e,t){return e===t&&(e!==0||1/e==1/t)||e!==e&&t!==t}var r=typeof Object.is==`function`?Object.is:n,i=t.useState,a=t.useEffect,s=t.useLayoutEffect,c=t.useDebugValue;function l(e,t){var n=t(),r=i({inst:{value:n,getSnapshot:t}}),o=r[0].inst,l=r[1];return s(function(){o.value=n,o.getSnapshot=t,u(o)&&l({inst:o})},[e,n,t]),a(function(){return u(o)&&l({inst:o}),e(function(){u(o)&&l({inst:o})})},[e]),c(n),n}function u(e){var t=e.getSnapshot;e=e.value;try{var n=t();return!r(e,n)}catch{return!0}}function d(e,t){return t()}var f=typeof window>`u`||window.document===void 0||window.document.createElement===void 0?d:l;e.useSyncExternalStore=t.useSyncExternalStore===void 0?f:t.useSyncExternalStore})),Ze=i(((e,t)=>{t.exports=Xe()}))(),Qe=u.useInsertionEffect,$e=typeof window<`u`&&window.document!==void 0&&window.document.createElement!==void 0?u.useLayoutEffect:u.useEffect,et=Qe||$e,z=e=>{let t=u.useRef([e,(...e)=>t[0](...e)]).current;return et(()=>{t[0]=e}),t[1]},tt=[`popstate`,`pushState`,`replaceState`,`hashchange`],B=[],nt=()=>B.forEach(e=>e()),rt=e=>(B.push(e)===1&&tt.forEach(e=>addEventListener(e,nt)),()=>{B=B.filter(t=>t!==e),B.length||tt.forEach(e=>removeEventListener(e,nt))}),it=(e,t)=>(0,Ze.useSyncExternalStore)(rt,e,t),at=()=>location.search,ot=({ssrSearch:e}={})=>it(at,e==null?at:()=>e),st=()=>location.pathname,ct=({ssrPath:e}={})=>it(st,e==null?st:()=>e),lt=(e,{replace:t=!1,state:n=null}={})=>history[t?`replaceState`:`pushState`](n,``,e),ut=e=>[ct(e),lt],dt=Symbol.for(`wouter_v3`);if(typeof history<`u`&&window[dt]===void 0){for(let e of[`pushState`,`replaceState`]){let t=history[e];history[e]=function(){let n=t.apply(this,arguments),r=new Event(e);return r.arguments=arguments,dispatchEvent(r),n}}Object.defineProperty(window,dt,{value:!0})}var ft=(e=``)=>e===`/`?``:e,pt=(e,t)=>e[0]===`~`?e.slice(1):ft(t)+e,mt=(e,t)=>(e=V(ft(e)),t=V(t),!e||(t.toLowerCase()+`/`).startsWith(e.toLowerCase()+`/`)?t.slice(e.length)||`/`:`~`+t),V=e=>{try{return e.includes(`%`)?decodeURI(e):e}catch{return e}},ht=e=>V(e[0]===`?`?e.slice(1):e),gt={hook:ut,searchHook:ot,parser:Ye,base:``,ssrPath:void 0,ssrSearch:void 0,ssrContext:void 0,hrefs:e=>e,aroundNav:(e,t,n)=>e(t,n)},_t=(0,u.createContext)(gt),H=()=>(0,u.useContext)(_t),vt={},yt=(0,u.createContext)(vt),bt=()=>(0,u.useContext)(yt),xt=(e,t=e.base)=>mt(t,e.hook(e)[0]),U=e=>{let[t,n]=e.hook(e);return[mt(e.base,t),z((t,r)=>e.aroundNav(n,pt(t,e.base),r))]},St=()=>U(H()),Ct=()=>{let e=H();return ht(e.searchHook(e))},wt=(e,t,n,r)=>{let{pattern:i,keys:a}=t instanceof RegExp?{pattern:t}:e(t||`*`,r),o=i.exec(n);if(!o)return[!1,null];let s={};for(let e=1;e<o.length;e++)s[e-1]=o[e];if(a)for(let e=0;e<a.length;e++)s[a[e]]=o[e+1];else Object.assign(s,o.groups);return r?[!0,s,o[0]]:[!0,s]},Tt=({children:e,...t})=>{let n=H(),r=t.hook?gt:n,i=r;if(t.ssrPath){let[e,n=t.ssrSearch??``]=t.ssrPath.split(`?`);e&&(t.ssrSearch=n,t.ssrPath=e)}t.hrefs=t.hrefs??t.hook?.hrefs,t.searchHook=t.searchHook??t.hook?.searchHook;let a=(0,u.useRef)(r),o=a.current,s=o;for(let e in r){let n=e===`base`?r[e]+(t[e]??``):t[e]??r[e];n!==s[e]&&(o===s&&(a.current=s={...s}),s[e]=n),(n!==r[e]||n!==i[e])&&(i=s)}return(0,u.createElement)(_t.Provider,{value:i},e)},Et=({children:e,component:t},n)=>t?(0,u.createElement)(t,{params:n}):typeof e==`function`?e(n):e,Dt=e=>{let t=(0,u.useRef)(vt),n=t.current,r=Object.keys(e);return t.current=r.length!==Object.keys(n).length||r.some(t=>e[t]!==n[t])?e:n};function Ot(){let[e,t]=St(),n=Ct(),r=(0,u.useMemo)(()=>new URLSearchParams(n),[n]),i=r;return[r,z((n,r)=>{i=new URLSearchParams(typeof n==`function`?n(i):n);let a=i.toString();t(e+(a?`?`+a:``),r)})]}var kt=({path:e,nest:t,match:n,...r})=>{let i=H(),a=xt(i),[o,s,c]=n??wt(i.parser,e,a,t),l=Dt({...bt(),...s});if(!o)return null;let d=Et(r,l);return(0,u.createElement)(yt.Provider,{value:l},c?(0,u.createElement)(Tt,{base:c},d):d)},At=(0,u.forwardRef)((e,t)=>{let n=H(),[r,i]=U(n),{to:a=``,href:o=a,onClick:s,asChild:c,children:l,className:d,replace:f,state:p,transition:m,...h}=e;return h.onClick=z(t=>{t.ctrlKey||t.metaKey||t.altKey||t.shiftKey||t.button!==0||(s?.(t),t.defaultPrevented||(t.preventDefault(),i(o,e)))}),h.href=n.hrefs(o[0]===`~`?o.slice(1):n.base+o,n),d!==void 0&&(h.className=d?.call?d(r===o):d),t&&(h.ref=t),c&&(0,u.isValidElement)(l)?(0,u.cloneElement)(l,h):(0,u.createElement)(`a`,h,l)}),jt=(e,t=[])=>{if(Array.isArray(e))for(let n of e)jt(n&&n.type===u.Fragment?n.props.children:n,t);else t.push(e);return t},Mt=({children:e,location:t})=>{let n=H(),r=xt(n);for(let i of jt(e)){let e=0;if((0,u.isValidElement)(i)&&(e=wt(n.parser,i.props.path,t||r,i.props.nest))[0])return(0,u.cloneElement)(i,{match:e})}return null},Nt=e=>{let{to:t,href:n=t}=e,r=H(),[,i]=U(r),a=z(()=>i(t||n,e)),{ssrContext:o}=r;return $e(()=>{a()},[]),o&&(o.redirectTo=t),null},Pt={"Level.EXCELLENT":[`Hoàn thành xuất sắc nhiệm vụ`,`Excellent completion of duties`],"ComputedLevel.EXCELLENT":[`Hoàn thành xuất sắc nhiệm vụ`,`Excellent completion of duties`],"Level.GOOD":[`Hoàn thành tốt nhiệm vụ`,`Good completion of duties`],"ComputedLevel.GOOD":[`Hoàn thành tốt nhiệm vụ`,`Good completion of duties`],"Level.COMPLETED":[`Hoàn thành nhiệm vụ`,`Completion of duties`],"ComputedLevel.COMPLETED":[`Hoàn thành nhiệm vụ`,`Completion of duties`],"Level.NOT_COMPLETED":[`Không hoàn thành nhiệm vụ`,`Non-completion of duties`],"ComputedLevel.NOT_COMPLETED":[`Không hoàn thành nhiệm vụ`,`Non-completion of duties`],"ComputedLevel.UNDETERMINED":[`Chưa đủ điều kiện để xác định mức`,`Undetermined`],"Tally.not_rated":[`Chưa xếp loại`,`Not rated`],"Outcome.MET":[`Đạt`,`Met`],"Outcome.FAILED":[`Không đạt`,`Failed`],"Outcome.NOT_APPLICABLE":[`Không áp dụng`,`Not applicable`],"Track.BODY":[`Tập thể`,`As a body`],"Track.OFFICIAL":[`Cán bộ lãnh đạo, quản lý, nơi giữ chức vụ cao nhất`,`As an official, where the highest post is held`],"Track.PARTY_MEMBER":[`Đảng viên, ở chi bộ nơi sinh hoạt`,`As a party member, in the cell`],"Stage.NOT_STARTED":[`Chưa bắt đầu`,`Not started`],"Stage.REVIEWED":[`Đã kiểm điểm`,`Reviewed`],"Stage.SELF_RATED":[`Đã tự đánh giá, xếp loại (Bước 1)`,`Self-rated (step 1)`],"Stage.PROPOSED":[`Đã thẩm định, đề xuất mức (Bước 2)`,`Appraised and proposed (step 2)`],"Stage.DECIDED":[`Đã quyết định xếp loại (Bước 3)`,`Decided (step 3)`],"Step.REVIEW":[`Kiểm điểm`,`Review`],"Act.SELF_RATE":[`Tự đánh giá, xếp loại`,`Self-rating`],"Act.APPRAISE":[`Thẩm định, nhận xét, đánh giá, đề xuất mức`,`Appraisal and proposal`],"Act.RATE":[`Quyết định xếp loại`,`Decision on the level`],"Act.COMPILE":[`Tổng hợp kết quả, gửi biểu`,`Compilation of results`],"Act.REQUIRE_REREVIEW":[`Yêu cầu kiểm điểm lại`,`Requirement of another review`],"Act.ANNUL":[`Huỷ bỏ kết quả, xếp loại lại`,`Annulment`],"Act.APPEAL":[`Khiếu nại, kiến nghị; bảo lưu ý kiến`,`Appeal`],"Act.ANSWER_APPEAL":[`Xem xét, kết luận, thông báo bằng văn bản`,`Answer to an appeal`],"Act.READ_LEVEL":[`Xem kết quả xếp loại (được công khai)`,`Reading a level`],"Act.READ_FILE":[`Xem nội dung nhận xét, đánh giá; hồ sơ`,`Reading the file`],"Act.DELEGATE":[`Uỷ quyền đánh giá`,`Delegation`],"BodyKind.PARTY_ORGANISATION":[`Đảng bộ`,`Party organisation`],"BodyKind.PARTY_COMMITTEE":[`Đảng uỷ, ban chấp hành đảng bộ`,`Party committee`],"BodyKind.STANDING_COMMITTEE":[`Ban thường vụ`,`Standing committee`],"BodyKind.PARTY_AGENCY":[`Cơ quan chuyên trách tham mưu, giúp việc Tỉnh uỷ`,`Party agency`],"BodyKind.PARTY_UNIT":[`Đơn vị sự nghiệp trực thuộc Tỉnh uỷ`,`Party unit`],"BodyKind.PARTY_CAUCUS":[`Đảng đoàn`,`Party caucus`],"BodyKind.PARTY_AFFAIRS_COMMITTEE":[`Ban cán sự đảng`,`Party affairs committee`],"BodyKind.PARTY_CELL":[`Chi bộ`,`Party cell`],"BodyKind.CELL_COMMITTEE":[`Chi uỷ`,`Cell committee`],"BodyKind.LEADERSHIP_COLLECTIVE":[`Tập thể lãnh đạo của một cơ quan, đơn vị`,`Leadership collective of one body`],"BodyKind.FRONT_OR_MASS_ORGANISATION":[`Mặt trận Tổ quốc, tổ chức chính trị - xã hội`,`Front or mass organisation`],"BodyKind.PEOPLES_COUNCIL":[`Hội đồng nhân dân`,`People's council`],"BodyKind.COUNCIL_COMMITTEE":[`Ban Hội đồng nhân dân`,`Committee of a people's council`],"BodyKind.PEOPLES_COMMITTEE":[`Uỷ ban nhân dân`,`People's committee`],"BodyKind.NATIONAL_ASSEMBLY_DELEGATION":[`Đoàn đại biểu Quốc hội`,`National Assembly delegation`],"BodyKind.JUDICIAL_BODY":[`Viện kiểm sát nhân dân, toà án nhân dân`,`Judicial body`],"BodyKind.AGENCY":[`Sở, ban, ngành và tương đương`,`Agency`],"BodyKind.PUBLIC_UNIT":[`Đơn vị sự nghiệp`,`Public unit`],"BodyKind.ASSOCIATION":[`Hội đặc thù`,`Association`],"BodyKind.ENTERPRISE":[`Doanh nghiệp`,`Enterprise`],"Tier.PROVINCE":[`Cấp tỉnh`,`Province`],"Tier.DISTRICT":[`Cấp huyện`,`District`],"Tier.GRASSROOTS":[`Cấp cơ sở`,`Grassroots`],"Rank.SECRETARY":[`Bí thư`,`Secretary`],"Rank.HEAD":[`Người đứng đầu`,`Head`],"Rank.DEPUTY_SECRETARY":[`Phó bí thư`,`Deputy secretary`],"Rank.DEPUTY":[`Cấp phó`,`Deputy`],"Rank.MEMBER":[`Thành viên, uỷ viên`,`Member`],"Seat.CHAIR":[`Chủ trì`,`Chair`],"Seat.MEMBER":[`Thành viên cùng xếp loại`,`Member of a panel`]},W=s(`language`,localStorage)===`en`?`en`:`vi`,G=new Set;document.documentElement.lang=W;var K=()=>W;function Ft(e){W=e,document.documentElement.lang=e,n(`language`,e,localStorage);for(let e of G)e()}function It(){return(0,u.useSyncExternalStore)(e=>(G.add(e),()=>G.delete(e)),K)}var q=(e,t)=>W===`vi`?e:t;function J(e,t){let n=Pt[`${e}.${t}`];return n?q(...n):t}var Lt=e=>J(`Stage`,e),Rt=e=>J(`Track`,e),zt=e=>J(`BodyKind`,e),Bt=e=>J(`Tier`,e),Vt=e=>J(`Act`,e),Ht=e=>J(`ComputedLevel`,e),Ut={CHAIR:[`Chủ trì`,`Chair`],DELEGATE:[`Được uỷ quyền`,`Delegate`],COMPILING:[`Tổng hợp`,`Compiling office`],MEMBER:[`Thành viên`,`Member`]},Wt=e=>q(...Ut[e]??[e,e]),Gt={EXCELLENT:[`Xuất sắc`,`Excellent`],GOOD:[`Tốt`,`Good`],COMPLETED:[`Hoàn thành`,`Completed`],NOT_COMPLETED:[`Không hoàn thành`,`Not completed`],NOT_RATED:[`Chưa xếp loại`,`Not rated`],UNDETERMINED:[`Chưa xác định`,`Undetermined`]},Kt=e=>q(...Gt[e]??[e,e]),qt={NOT_REVIEWED:[`Chưa kiểm điểm`,`Not reviewed yet`],NOT_SELF_RATED:[`Chưa tự xếp loại`,`Not self-rated yet`],NOT_PROPOSED:[`Chưa thẩm định, đề xuất mức`,`Not appraised and proposed yet`],ALREADY_DONE:[`Đã quyết định rồi`,`Decided already`],COLLECTIVE_NOT_REVIEWED:[`Tập thể chưa kiểm điểm`,`The collective is not reviewed`],HEAD_NOT_REVIEWED:[`Người đứng đầu chưa kiểm điểm`,`The head is not reviewed`],DEPUTIES_NOT_REVIEWED:[`Cấp phó chưa kiểm điểm`,`The deputies are not reviewed`],PROFESSIONAL_NOT_REVIEWED:[`Chưa kiểm điểm ở nơi công tác`,`Not reviewed at the place of work`],CELL_NOT_REVIEWED:[`Chưa kiểm điểm ở chi bộ`,`Not reviewed in the cell`],PROFESSIONAL_NOT_RATED:[`Chưa xếp loại ở nơi công tác`,`Not rated at the place of work`],LOWER_NOT_RATED:[`Cấp dưới chưa xếp loại xong`,`The levels below are not rated`],COLLECTIVE_NOT_RATED:[`Tập thể lãnh đạo chưa được xếp loại`,`The collective is not rated`],BODY_NOT_RATED:[`Tổ chức chưa được xếp loại`,`The body is not rated`],QUOTA_NOT_SETTLED:[`Chưa chốt tỷ lệ xuất sắc của nhóm`,`The quota of the group is not settled`]},Jt=e=>q(...qt[e]??[e,e]);function Yt(e){if(!e)return`—`;let[t,n,r]=e.slice(0,10).split(`-`);return`${r}/${n}/${t}`}function Xt(e){return new Intl.DateTimeFormat(W===`vi`?`vi-VN`:`en-GB`,{dateStyle:`short`,timeStyle:`short`,timeZone:`Asia/Ho_Chi_Minh`}).format(new Date(e))}var Zt=e=>new Intl.NumberFormat(W===`vi`?`vi-VN`:`en-GB`).format(e),Qt=e=>e.normalize(`NFD`).replace(/\p{M}/gu,``).toLowerCase().replaceAll(`đ`,`d`),$t=e=>e.startsWith(`Đ`)?q(`Điều ${e.slice(1)}`,`Article ${e.slice(1)}`):q(`mục ${e}`,`section ${e}`);function Y(e){let[t,...n]=e.split(`:`),r=n.join(` `).replace(/^Đ(\d+)/,q(`Điều $1`,`Article $1`)),i=t===`HD01`?q(`HD 01`,`Guide 01`):t===`QĐ124`?q(`QĐ 124`,`Reg. 124`):t;return`${r.startsWith(q(`Điều`,`Article`))?r:q(`điểm ${r}`,`point ${r}`)}, ${i}`}var X=class extends Error{code;clause;field;constructor(e,{code:t=`INTERNAL`,clause:n,field:r}){super(e),this.code=t,this.clause=n,this.field=r}},Z=class extends Error{};async function Q(t,n,r,i){let a=await en(t.token,{query:n.toString(),variables:r},i);if(a.status===401)throw e(t),new X(``,{code:`BAD_TOKEN`});let o=await a.json().catch(()=>({})),s=o.errors??[];if(o.data)return{data:o.data,faults:s};let c=s[0];throw c?new X(c.message,c.extensions??{}):new Z(String(a.status))}async function en(e,t,n){try{return await fetch(`/graphql`,{method:`POST`,headers:{"Content-Type":`application/json`,"Accept-Language":K(),Authorization:`Bearer ${e}`},body:JSON.stringify(t),...n&&{signal:n}})}catch(e){throw n?.aborted?e:new Z(String(e))}}var tn=(e,t,n)=>[String(t),n,e.person,K()];function nn(e,n,r={}){let i=t();return qe({queryKey:tn(i,e,n),queryFn:({signal:t})=>Q(i,e,n,t),enabled:r.enabled??!0,...r.keep&&{placeholderData:ue}})}function rn(e,n,r){let i=t(),a=Je({queryKey:tn(i,e,n),queryFn:({signal:t,pageParam:r})=>Q(i,e,{...n,after:r},t),initialPageParam:null,getNextPageParam:e=>{let t=r(e.data)?.pageInfo;return t?.hasNextPage?t.endCursor:null}}),{hasNextPage:o,isFetching:s,fetchNextPage:c,isError:l}=a;(0,u.useEffect)(()=>{o&&!s&&!l&&c()},[o,s,l,c]);let d=a.data?.pages.map(e=>r(e.data))??[];return{nodes:d.flatMap(e=>e?.edges.map(e=>e.node)??[]),total:d[0]?.totalCount??0,whole:a.isSuccess&&!o,faults:a.data?.pages.flatMap(e=>e.faults)??[],error:a.error,isPending:a.isPending,refetch:a.refetch}}var $=class extends String{__apiType;value;__meta__;constructor(e,t){super(e),this.value=e,this.__meta__=t}toString(){return this.value}};new $(`
    fragment Given on Delegation {
  id
  acts
  bodies
  since
  until
  withdrawnOn
  inForce
  document {
    number
    date
  }
  rater {
    id
    section
    name
  }
  delegate {
    code
    title
  }
}
    `,{fragmentName:`Given`}),new $(`
    fragment Counts on Tally {
  excellent
  good
  completed
  notCompleted
  notRated
  total
}
    `,{fragmentName:`Counts`}),new $(`
    fragment Decided on Rating {
  level
  decidedOn
  rater {
    code
    section
    name
    clause {
      id
      text
    }
  }
  document {
    number
    date
  }
}
    `,{fragmentName:`Decided`}),new $(`
    fragment Sheet on Appraisal {
  id
  version
  stage
  track
  subject {
    __typename
    ... on Body {
      code
      name
    }
    ... on Person {
      id
      name
    }
  }
  post {
    code
    title
  }
  selfLevel
  proposedLevel
  computed {
    level
  }
  peerGroup {
    code
    name
  }
}
    `,{fragmentName:`Sheet`}),new $(`
    fragment Standing on Quota {
  group {
    code
    name
  }
  excellent
  good
  completed
  notCompleted
  notRated
  base
  limit
  headroom
  holds
  otherReading {
    base
    limit
    holds
  }
  clause {
    id
    text
  }
}
    `,{fragmentName:`Standing`}),new $(`
    fragment Waits on Waiting {
  reason
  clause {
    id
    text
  }
  subject {
    __typename
    ... on Body {
      code
      name
    }
    ... on Person {
      id
      name
    }
  }
  group {
    code
    name
  }
}
    `,{fragmentName:`Waits`}),new $(`
    fragment Concluded on ConcludeResult {
  __typename
  ... on Conclusion {
    quota {
      ...Standing
    }
    appraisals {
      id
      version
      subject {
        __typename
        ... on Body {
          code
          name
        }
        ... on Person {
          id
          name
        }
      }
      rating {
        level
        decidedOn
        reason
        rater {
          section
          name
        }
        document {
          number
          date
        }
      }
    }
    receipt {
      sequence
      hash
    }
  }
  ... on Refusal {
    code
    message
    clause {
      id
      text
    }
  }
  ... on NotCompetent {
    appraisals {
      id
    }
  }
  ... on QuotaExceeded {
    quota {
      ...Standing
    }
  }
  ... on AboveComputed {
    appraisals {
      id
      computed {
        level
      }
    }
  }
  ... on ReasonNeeded {
    appraisals {
      id
    }
  }
  ... on OutOfOrder {
    waitsFor {
      ...Waits
    }
  }
  ... on StaleVersion {
    appraisals {
      id
      version
    }
  }
}
    fragment Waits on Waiting {
  reason
  clause {
    id
    text
  }
  subject {
    __typename
    ... on Body {
      code
      name
    }
    ... on Person {
      id
      name
    }
  }
  group {
    code
    name
  }
}
fragment Standing on Quota {
  group {
    code
    name
  }
  excellent
  good
  completed
  notCompleted
  notRated
  base
  limit
  headroom
  holds
  otherReading {
    base
    limit
    holds
  }
  clause {
    id
    text
  }
}`,{fragmentName:`Concluded`});var an=new $(`
    query Authority($subject: SubjectInput!, $year: Int!, $track: Track!) {
  authority(subject: $subject, year: $year, track: $track) {
    act
    granted
    rater {
      code
      section
      name
      due
      chair {
        code
        title
      }
      members {
        code
        title
      }
      compiledBy {
        code
        name
      }
    }
    clause {
      id
      text
    }
    remark {
      id
      text
    }
    overruled {
      rater {
        section
        name
      }
      clause {
        id
        text
      }
    }
  }
  may(act: RATE, subject: $subject, year: $year, track: $track) {
    allowed
    message
    missing
    clause {
      id
      text
    }
    through {
      post {
        title
      }
      delegation {
        id
        until
        document {
          number
          date
        }
      }
    }
    nearest {
      raterName
      clause {
        id
        text
      }
    }
    remark {
      id
      text
    }
  }
}
    `),on=new $(`
    query SubjectName($body: ID!, $person: ID!, $isBody: Boolean!, $isPerson: Boolean!) {
  body(code: $body) @include(if: $isBody) {
    code
    name
  }
  person(id: $person) @include(if: $isPerson) {
    id
    name
    memberships {
      post {
        title
      }
    }
  }
}
    `),sn=new $(`
    query BodyName($code: ID!) {
  body(code: $code) {
    code
    name
  }
}
    `),cn=new $(`
    query Gaps($year: Int!, $after: String) {
  authorityGaps(year: $year, first: 100, after: $after) {
    totalCount
    pageInfo {
      hasNextPage
      endCursor
    }
    edges {
      node {
        why
        clause {
          id
          text
        }
        posts {
          code
          title
        }
        appraisal {
          id
          track
        }
        subject {
          __typename
          ... on Body {
            code
            name
          }
          ... on Person {
            id
            name
          }
        }
      }
    }
  }
}
    `),ln=new $(`
    query Delegations {
  me {
    posts {
      code
      title
      delegations {
        ...Given
      }
    }
    raters {
      code
      section
      name
      role
      rater {
        id
        delegations {
          ...Given
        }
      }
    }
  }
}
    fragment Given on Delegation {
  id
  acts
  bodies
  since
  until
  withdrawnOn
  inForce
  document {
    number
    date
  }
  rater {
    id
    section
    name
  }
  delegate {
    code
    title
  }
}`),un=new $(`
    query Compliance($year: Int!, $after: String) {
  compliance(year: $year, first: 200, after: $after) {
    totalCount
    pageInfo {
      hasNextPage
      endCursor
    }
    edges {
      node {
        toRate
        decided
        late
        daysLate
        due
        waiting
        rater {
          id
          code
          section
          name
          chair {
            title
          }
          compiledBy {
            code
            name
          }
        }
        waitsFor {
          id
          section
          name
        }
      }
    }
  }
}
    `),dn=new $(`
    query TreeLevel($code: ID!, $after: String) {
  body(code: $code) {
    code
    name
    kind
    children(first: 500, after: $after) {
      pageInfo {
        hasNextPage
        endCursor
      }
      edges {
        node {
          code
          name
          kind
          children(first: 1) {
            totalCount
          }
        }
      }
    }
  }
}
    `),fn=new $(`
    query TreeLevels($code: ID!, $after: String) {
  body(code: $code) {
    code
    name
    kind
    children(first: 100, after: $after) {
      pageInfo {
        hasNextPage
        endCursor
      }
      edges {
        node {
          code
          name
          kind
          children(first: 50) {
            totalCount
            pageInfo {
              hasNextPage
            }
            edges {
              node {
                code
                name
                kind
                children(first: 1) {
                  totalCount
                }
              }
            }
          }
        }
      }
    }
  }
}
    `),pn=new $(`
    query BodyPage($code: ID!, $year: Int!) {
  body(code: $code) {
    code
    name
    kind
    tier
    leads {
      code
      name
    }
    peerGroup {
      code
      name
    }
    parent {
      code
      name
      parent {
        code
        name
        parent {
          code
          name
          parent {
            code
            name
            parent {
              code
              name
            }
          }
        }
      }
    }
    rating(year: $year) {
      ...Decided
    }
    appraisal(year: $year) {
      id
      stage
      due
      overdueDays
      blockedBy {
        reason
      }
    }
    bodies: tally(year: $year, of: BODY) {
      ...Counts
    }
    officials: tally(year: $year, of: PERSON) {
      ...Counts
    }
    members: tally(year: $year, of: PARTY_MEMBER) {
      ...Counts
    }
    leaders: memberships(ranks: [SECRETARY, DEPUTY_SECRETARY, HEAD, DEPUTY]) {
      since
      post {
        code
        title
        rank
      }
      person {
        id
        name
        rating(year: $year, track: OFFICIAL) {
          level
        }
      }
    }
  }
}
    fragment Counts on Tally {
  excellent
  good
  completed
  notCompleted
  notRated
  total
}
fragment Decided on Rating {
  level
  decidedOn
  rater {
    code
    section
    name
    clause {
      id
      text
    }
  }
  document {
    number
    date
  }
}`),mn=new $(`
    query BodyChildren($code: ID!, $year: Int!, $after: String) {
  body(code: $code) {
    code
    children(first: 100, after: $after) {
      totalCount
      pageInfo {
        hasNextPage
        endCursor
      }
      edges {
        node {
          code
          name
          kind
          rating(year: $year) {
            level
          }
          bodies: tally(year: $year, of: BODY) {
            ...Counts
          }
          officials: tally(year: $year, of: PERSON) {
            ...Counts
          }
          members: tally(year: $year, of: PARTY_MEMBER) {
            ...Counts
          }
        }
      }
    }
  }
}
    fragment Counts on Tally {
  excellent
  good
  completed
  notCompleted
  notRated
  total
}`),hn=new $(`
    query BodyYear($code: ID!, $year: Int!) {
  body(code: $code) {
    rating(year: $year) {
      ...Decided
    }
    appraisal(year: $year) {
      id
      stage
    }
  }
}
    fragment Decided on Rating {
  level
  decidedOn
  rater {
    code
    section
    name
    clause {
      id
      text
    }
  }
  document {
    number
    date
  }
}`),gn=new $(`
    query PersonPage($id: ID!, $year: Int!) {
  person(id: $id) {
    id
    name
    memberships {
      since
      until
      post {
        code
        title
        rank
        body {
          code
          name
        }
      }
    }
    official: rating(year: $year, track: OFFICIAL) {
      ...Decided
    }
    member: rating(year: $year, track: PARTY_MEMBER) {
      ...Decided
    }
    asOfficial: appraisal(year: $year, track: OFFICIAL) {
      id
      stage
      due
      overdueDays
      post {
        title
      }
    }
    asMember: appraisal(year: $year, track: PARTY_MEMBER) {
      id
      stage
      due
      overdueDays
    }
  }
}
    fragment Decided on Rating {
  level
  decidedOn
  rater {
    code
    section
    name
    clause {
      id
      text
    }
  }
  document {
    number
    date
  }
}`),_n=new $(`
    query PersonYear($id: ID!, $year: Int!) {
  person(id: $id) {
    official: rating(year: $year, track: OFFICIAL) {
      ...Decided
    }
    member: rating(year: $year, track: PARTY_MEMBER) {
      ...Decided
    }
    asOfficial: appraisal(year: $year, track: OFFICIAL) {
      id
    }
    asMember: appraisal(year: $year, track: PARTY_MEMBER) {
      id
    }
  }
}
    fragment Decided on Rating {
  level
  decidedOn
  rater {
    code
    section
    name
    clause {
      id
      text
    }
  }
  document {
    number
    date
  }
}`),vn=new $(`
    query Start {
  me {
    person {
      id
      name
    }
    posts {
      code
      title
    }
    raters {
      code
      section
      name
      role
      until
      clause {
        id
        text
      }
      rater {
        id
      }
    }
  }
  cycles {
    year
    edition
    openedOn
    closedOn
  }
}
    `),yn=new $(`
    query Why($id: ID!) {
  appraisal(id: $id) {
    id
    year
    track
    version
    stage
    due
    overdueDays
    subject {
      __typename
      ... on Body {
        code
        name
      }
      ... on Person {
        id
        name
      }
    }
    post {
      code
      title
    }
    peerGroup {
      code
      name
    }
    blockedBy {
      ...Waits
    }
    rating {
      ...Decided
    }
    selfLevel
    proposedLevel
    computed {
      level
      edition
      waitsFor {
        reason
        clause {
          id
          text
        }
        subject {
          __typename
          ... on Body {
            code
            name
          }
          ... on Person {
            id
            name
          }
        }
      }
      findings {
        level
        outcome
        measured
        required
        remark
        clause {
          id
          text
        }
      }
    }
    history {
      act
      at
      level
      reason
      clause {
        id
        text
      }
      actor {
        person {
          id
          name
        }
        post {
          title
        }
        onBehalfOf {
          section
          name
        }
      }
    }
    file {
      completedOn
      documents {
        id
        number
        issuedOn
        issuer
        paperName
        bytes
        url
      }
      missing {
        name
        clause {
          id
          text
        }
      }
    }
  }
}
    fragment Decided on Rating {
  level
  decidedOn
  rater {
    code
    section
    name
    clause {
      id
      text
    }
  }
  document {
    number
    date
  }
}
fragment Waits on Waiting {
  reason
  clause {
    id
    text
  }
  subject {
    __typename
    ... on Body {
      code
      name
    }
    ... on Person {
      id
      name
    }
  }
  group {
    code
    name
  }
}`),bn=new $(`
    query Worklist($year: Int!, $after: String) {
  me {
    worklist(year: $year, first: 100, after: $after) {
      totalCount
      pageInfo {
        hasNextPage
        endCursor
      }
      edges {
        node {
          act
          due
          overdueDays
          blockedBy {
            ...Waits
          }
          appraisal {
            ...Sheet
          }
        }
      }
    }
  }
}
    fragment Waits on Waiting {
  reason
  clause {
    id
    text
  }
  subject {
    __typename
    ... on Body {
      code
      name
    }
    ... on Person {
      id
      name
    }
  }
  group {
    code
    name
  }
}
fragment Sheet on Appraisal {
  id
  version
  stage
  track
  subject {
    __typename
    ... on Body {
      code
      name
    }
    ... on Person {
      id
      name
    }
  }
  post {
    code
    title
  }
  selfLevel
  proposedLevel
  computed {
    level
  }
  peerGroup {
    code
    name
  }
}`),xn=new $(`
    query QuotaWhatIf($year: Int!, $group: ID!, $proposals: [LevelProposal!]!) {
  quotaCheck(year: $year, group: $group, proposals: $proposals) {
    ...Standing
  }
}
    fragment Standing on Quota {
  group {
    code
    name
  }
  excellent
  good
  completed
  notCompleted
  notRated
  base
  limit
  headroom
  holds
  otherReading {
    base
    limit
    holds
  }
  clause {
    id
    text
  }
}`),Sn=new $(`
    mutation Conclude($input: ConcludeInput!) {
  conclude(input: $input) {
    ...Concluded
  }
}
    fragment Waits on Waiting {
  reason
  clause {
    id
    text
  }
  subject {
    __typename
    ... on Body {
      code
      name
    }
    ... on Person {
      id
      name
    }
  }
  group {
    code
    name
  }
}
fragment Standing on Quota {
  group {
    code
    name
  }
  excellent
  good
  completed
  notCompleted
  notRated
  base
  limit
  headroom
  holds
  otherReading {
    base
    limit
    holds
  }
  clause {
    id
    text
  }
}
fragment Concluded on ConcludeResult {
  __typename
  ... on Conclusion {
    quota {
      ...Standing
    }
    appraisals {
      id
      version
      subject {
        __typename
        ... on Body {
          code
          name
        }
        ... on Person {
          id
          name
        }
      }
      rating {
        level
        decidedOn
        reason
        rater {
          section
          name
        }
        document {
          number
          date
        }
      }
    }
    receipt {
      sequence
      hash
    }
  }
  ... on Refusal {
    code
    message
    clause {
      id
      text
    }
  }
  ... on NotCompetent {
    appraisals {
      id
    }
  }
  ... on QuotaExceeded {
    quota {
      ...Standing
    }
  }
  ... on AboveComputed {
    appraisals {
      id
      computed {
        level
      }
    }
  }
  ... on ReasonNeeded {
    appraisals {
      id
    }
  }
  ... on OutOfOrder {
    waitsFor {
      ...Waits
    }
  }
  ... on StaleVersion {
    appraisals {
      id
      version
    }
  }
}`),Cn=new $(`
    mutation Decide($input: DecideInput!) {
  decide(input: $input) {
    ...Concluded
  }
}
    fragment Waits on Waiting {
  reason
  clause {
    id
    text
  }
  subject {
    __typename
    ... on Body {
      code
      name
    }
    ... on Person {
      id
      name
    }
  }
  group {
    code
    name
  }
}
fragment Standing on Quota {
  group {
    code
    name
  }
  excellent
  good
  completed
  notCompleted
  notRated
  base
  limit
  headroom
  holds
  otherReading {
    base
    limit
    holds
  }
  clause {
    id
    text
  }
}
fragment Concluded on ConcludeResult {
  __typename
  ... on Conclusion {
    quota {
      ...Standing
    }
    appraisals {
      id
      version
      subject {
        __typename
        ... on Body {
          code
          name
        }
        ... on Person {
          id
          name
        }
      }
      rating {
        level
        decidedOn
        reason
        rater {
          section
          name
        }
        document {
          number
          date
        }
      }
    }
    receipt {
      sequence
      hash
    }
  }
  ... on Refusal {
    code
    message
    clause {
      id
      text
    }
  }
  ... on NotCompetent {
    appraisals {
      id
    }
  }
  ... on QuotaExceeded {
    quota {
      ...Standing
    }
  }
  ... on AboveComputed {
    appraisals {
      id
      computed {
        level
      }
    }
  }
  ... on ReasonNeeded {
    appraisals {
      id
    }
  }
  ... on OutOfOrder {
    waitsFor {
      ...Waits
    }
  }
  ... on StaleVersion {
    appraisals {
      id
      version
    }
  }
}`),wn=(0,u.createContext)(null),Tn=wn.Provider;function En(){let e=(0,u.useContext)(wn);if(!e)throw Error(`used outside of the signed-in part`);return e}function Dn(e){return(e.findLast(e=>!e.closedOn&&e.edition)??e.at(-1))?.year}function On(){let[e,t]=Ot();return[Number(e.get(`nam`))||null,e=>t(t=>({...Object.fromEntries(t),nam:String(e)}))]}function kn(){let[e]=On();return t=>e?`${t}?nam=${e}`:t}function An({href:e,...t}){let n=kn();return(0,d.jsx)(At,{...t,href:n(e)})}var jn=e=>`/don-vi/${encodeURIComponent(e)}`,Mn=e=>`/nguoi/${e}`,Nn=e=>e.__typename===`Body`?jn(e.code):Mn(e.id),Pn=e=>e.__typename===`Body`?`/tham-quyen/don-vi/${encodeURIComponent(e.code)}`:`/tham-quyen/nguoi/${e.id}`;function Fn({of:e}){return(0,d.jsx)(An,{href:Nn(e),children:e.name})}function In(){let{today:e}=a();return e??new Intl.DateTimeFormat(`sv-SE`,{timeZone:`Asia/Ho_Chi_Minh`}).format(new Date)}function Ln({what:e,done:t,of:n}){let r=e??q(`Đang tải…`,`Loading…`);return(0,d.jsx)(`div`,{className:`state`,role:`status`,children:t!==void 0&&n?(0,d.jsxs)(`label`,{children:[r,` `,t,`/`,n,(0,d.jsx)(`progress`,{value:t,max:n})]}):(0,d.jsx)(`span`,{className:`waits`,children:r})})}function Rn({children:e}){return(0,d.jsx)(`p`,{className:`state quiet`,children:e})}function zn({children:e}){return(0,d.jsxs)(d.Fragment,{children:[(0,d.jsx)(`h1`,{children:q(`Không tìm thấy`,`Not found`)}),(0,d.jsx)(Rn,{children:e})]})}function Bn({error:e,retry:t}){let[n,r]=Vn(e);return(0,d.jsxs)(`div`,{className:`state fault`,role:`alert`,children:[(0,d.jsx)(`strong`,{children:n}),(0,d.jsx)(`p`,{children:r}),t&&!(e instanceof X&&e.code===`FORBIDDEN`)&&(0,d.jsx)(`button`,{type:`button`,onClick:()=>void t(),children:q(`Thử lại`,`Try again`)})]})}function Vn(e){return e instanceof Z?[q(`Không kết nối được với hệ thống`,`The service cannot be reached`),q(`Kiểm tra mạng rồi thử lại; những gì đã nhập vẫn còn.`,`Check the network and try again; what you typed is still there.`)]:e instanceof X&&e.code===`BAD_TOKEN`?[q(`Phiên đăng nhập đã hết hạn`,`The session has expired`),q(`Hãy đăng nhập lại.`,`Sign in again.`)]:e instanceof X&&e.code===`FORBIDDEN`?[q(`Không thuộc quyền xem của bạn`,`Not yours to see`),e.message+(e.clause?` (${Y(e.clause)})`:``)]:e instanceof X?[q(`Hệ thống từ chối`,`The service refused`),`${e.message} (${e.code})`]:[q(`Có lỗi`,`Something went wrong`),String(e)]}function Hn({faults:e,children:t}){let n=e.find(e=>e.extensions?.code===`FORBIDDEN`)??e[0];if(!n)return null;let r=n.extensions?.clause;return(0,d.jsxs)(`div`,{className:`state note`,role:`note`,children:[(0,d.jsx)(`strong`,{children:q(`Phần này không thuộc quyền xem của bạn`,`This part is not yours to see`)}),(0,d.jsxs)(`p`,{children:[n.message,r&&` (${Y(r)})`]}),t]})}function Un({query:e,what:t,children:n}){return e.data===void 0?e.error?(0,d.jsx)(Bn,{error:e.error,retry:e.refetch}):(0,d.jsx)(Ln,{...t&&{what:t}}):(0,d.jsx)(d.Fragment,{children:n(e.data)})}export{Ft as $,xn as A,l as At,rn as B,un as C,C as Ct,cn as D,D as Dt,ln as E,O as Et,yn as F,Kt as G,Y as H,bn as I,Zt as J,Ht as K,X as L,on as M,dn as N,gn as O,m as Ot,fn as P,$t as Q,Q as R,hn as S,y as St,Cn as T,w as Tt,Yt as U,Vt as V,zt as W,Jt as X,Qt as Y,Wt as Z,On as _,b as _t,zn as a,Nt as at,sn as b,re as bt,Fn as c,St as ct,jn as d,Te as dt,Lt as et,Mn as f,be as ft,In as g,j as gt,En as h,M as ht,Ln as i,It as it,vn as j,_n as k,p as kt,An as l,qe as lt,kn as m,N as mt,Rn as n,Bt as nt,Hn as o,kt as ot,Dn as p,P as pt,Xt as q,Bn as r,Rt as rt,Tn as s,Mt as st,Un as t,q as tt,Pn as u,Ee as ut,an as v,S as vt,Sn as w,x as wt,pn as x,ne as xt,mn as y,ie as yt,nn as z};